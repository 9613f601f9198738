"""The scenes, in order: the incident of imgproxy's issue 1294, and the other ways in which clients hold a server."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from imgsvc.drill.client import Answer, ask
from imgsvc.drill.leaks import Leaks, leaking
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.overload import overload
from imgsvc.drill.slow_origin import AT_ONCE as SLOW_AT_ONCE
from imgsvc.drill.slow_origin import FAR_AT_ONCE, far_origin, slow_origin
from imgsvc.drill.stage import Stage
from imgsvc.drill.stub_origin import FAR_SECONDS

LEAKS_AT_ONCE = 25
CROWD = 200
# Of what it was when quiet: what costs no worker costs no throughput.
CAPACITY_SHARE = 0.8
_HEADER_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Scene:
    """A fault: the word for --only, what it is, and how it is played, given what the quiet scene came to."""

    name: str
    meaning: str
    play: Callable[[Stage, Outcome], Awaitable[Outcome]]


async def quiet(stage: Stage) -> Outcome:
    """No fault: what all others are measured by."""
    async with stage.watched() as watched:
        await stage.pause()
        quiet_figures = watched.probe.figures()
        # The good client takes its part of it in every scene.
        capacity = await stage.goodput()
    outcome = watched.outcome("quiet", capacity=capacity, load=stage.cost.load(capacity))
    return replace(outcome, figures=quiet_figures).judged(outcome)


async def incident(stage: Stage, calm: Outcome) -> Outcome:
    """Many parallel requests through a proxy that reads a little, and then neither reads nor closes."""
    sample = await ask(stage.target, stage.large)
    async with stage.watched() as watched:
        with leaking(stage.target) as leaks:
            await asyncio.gather(*(leaks.ask(stage.large) for _ in range(LEAKS_AT_ONCE)))
            await stage.pause()
            capacity = await stage.goodput()
            leaks.look()
    load = stage.cost.load(calm.capacity, LEAKS_AT_ONCE / stage.seconds)
    outcome = watched.outcome("incident", capacity=capacity, held=_held(leaks, sample), load=load)
    return outcome.judged(calm, _work_seconds(sample, LEAKS_AT_ONCE))


def trickle(per_second: int) -> Callable[[Stage, Outcome], Awaitable[Outcome]]:
    """The scene in which so many connections are leaked each second."""

    async def play(stage: Stage, calm: Outcome) -> Outcome:
        sample = await ask(stage.target, stage.large)
        async with stage.watched() as watched:
            with leaking(stage.target) as leaks:
                await _trickle(stage, leaks, per_second)
                leaks.look()
        load = stage.cost.load(calm.capacity, per_second)
        outcome = watched.outcome(f"trickle-{per_second}", held=_held(leaks, sample), load=load)
        return outcome.judged(calm, _work_seconds(sample, per_second))

    return play


async def _trickle(stage: Stage, leaks: Leaks, per_second: int) -> None:
    async with asyncio.TaskGroup() as group:
        for _ in range(int(stage.seconds * per_second)):
            group.create_task(leaks.ask(stage.large))
            await asyncio.sleep(1 / per_second)


async def silent(stage: Stage, calm: Outcome) -> Outcome:
    """Connections that say nothing at all."""
    return await _crowd(stage, calm, "silent", b"")


async def slow_headers(stage: Stage, calm: Outcome) -> Outcome:
    """Connections whose request comes a byte at a time, and never whole."""
    return await _crowd(stage, calm, "slow-headers", b"GET / HTTP/1.1\r\nX-Slow: ")


async def _crowd(stage: Stage, calm: Outcome, name: str, message: bytes) -> Outcome:
    async with stage.watched() as watched:
        with leaking(stage.target) as leaks:
            await asyncio.gather(*(leaks.open(message) for _ in range(CROWD)))
            drip = asyncio.create_task(_drip(leaks)) if message else None
            await stage.pause()
            capacity = await stage.goodput()
            leaks.look()
            if drip:
                drip.cancel()
    load = stage.cost.load(calm.capacity)
    outcome = watched.outcome(name, capacity=capacity, held=_held(leaks, None), load=load)
    return _with_capacity(outcome, calm).judged(calm)


async def _drip(leaks: Leaks) -> None:
    while True:
        await asyncio.sleep(_HEADER_SECONDS)
        for leak in leaks.all:
            try:
                leak.connection.send(b"x")
            except OSError:  # the server has ended it, or takes no more
                continue


def _with_capacity(outcome: Outcome, calm: Outcome) -> Outcome:
    bound = CAPACITY_SHARE * (calm.capacity or 0.0)
    if outcome.capacity is None or outcome.capacity >= bound:
        return outcome
    return replace(outcome, broken=(f"capacity fell to {outcome.capacity:.0f}/s, under {bound:.0f}/s",))


def _held(leaks: Leaks, sample: Answer | None) -> str:
    text = f"{leaks.held_now} of {len(leaks.all)} at the end, the longest {leaks.longest_seconds():.1f} s"
    if sample and sample.size and not leaks.longest_seconds() > 1:
        return f"{text}; an answer of {sample.size / 1024:.0f} KiB may fit in the kernel's buffers: see --large-url"
    return text


def _work_seconds(sample: Answer, count: int) -> float:
    """What the leaked requests cost as work, which good ones may wait for."""
    return sample.seconds * min(count, 4)


SCENES = (
    Scene("incident", f"{LEAKS_AT_ONCE} answers at once that nobody reads and nobody closes", incident),
    Scene("trickle-1", "one such connection a second", trickle(1)),
    Scene("trickle-3", "three a second", trickle(3)),
    Scene("trickle-10", "ten a second", trickle(10)),
    Scene("silent", f"{CROWD} connections that say nothing", silent),
    Scene("slow-headers", f"{CROWD} requests that come a byte at a time", slow_headers),
    Scene("slow-origin", f"{SLOW_AT_ONCE} requests at once for sources that hang or drip", slow_origin),
    Scene("far-origin", f"{FAR_AT_ONCE} requests at once for sources that take {FAR_SECONDS:g} s", far_origin),
    Scene("overload", "five times what it can do", overload),
)
