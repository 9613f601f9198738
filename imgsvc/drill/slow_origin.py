"""Slow origins. One that hangs costs its own requests, and no others; one that is only far away costs nobody his.

Sources are fetched beside the work: so neither may hold a worker, and a far one is no reason to refuse anybody.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from imgsvc.drill.client import Answer, ask
from imgsvc.drill.diagnosis import diagnosis
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.stage import Stage
from imgsvc.drill.stub_origin import FAR_SECONDS, stub_origin
from imgsvc.errors import UrlError

# More than a worker fetches at once from one origin.
AT_ONCE = 100
# What half of one worker's fetches are enough for, and too few to be an overload: 80 a second.
FAR_AT_ONCE = 16
FAR_SHARE = 0.99
PATIENCE_SECONDS = 30.0
# As refusals say.
AGAIN_SECONDS = 1.0


async def slow_origin(stage: Stage, calm: Outcome) -> Outcome:
    """Keep an origin of the drill's own busy, half of it hanging, half dripping."""
    return await _play(stage, calm, "slow-origin", AT_ONCE, lambda number: "hang" if number % 2 else "drip", _strange)


async def far_origin(stage: Stage, calm: Outcome) -> Outcome:
    """Ask for pictures of an origin that is well, and takes its time."""
    return await _play(stage, calm, "far-origin", FAR_AT_ONCE, lambda _number: "far", _refused)


async def _play(
    stage: Stage,
    calm: Outcome,
    name: str,
    at_once: int,
    fault: Callable[[int], str],
    broken: Callable[[list[Answer]], Iterator[str]],
) -> Outcome:
    if not stage.is_local:
        return Outcome(name, skipped="the server is on another machine, and the drill's origin on this one")
    async with stub_origin() as port:
        trial, make = await _trial(stage, f"http://127.0.0.1:{port}")
        if not trial.is_good:
            return Outcome(name, skipped=f"a good picture of the drill's own origin was {diagnosis(trial)}")
        async with stage.watched() as watched, asyncio.TaskGroup() as group:
            tasks = [group.create_task(_customer(stage, make, f"{fault(each)}/{each}")) for each in range(at_once)]
    answers = [answer for task in tasks for answer in task.result()]
    outcome = watched.outcome(name, held=_told(answers), load=stage.cost.load(calm.capacity))
    return replace(outcome, broken=tuple(broken(answers))).judged(calm)


def _told(answers: list[Answer]) -> str:
    good = sum(answer.is_good for answer in answers)
    refused = sum(answer.may_retry for answer in answers)
    longest = max((answer.seconds for answer in answers), default=0.0)
    return f"{len(answers)} requests, {good} answered, {refused} refused; the longest {longest:.1f} s"


async def _trial(stage: Stage, source: str) -> tuple[Answer, Callable[[str], str]]:
    """A good picture's answer, with the first options that the server takes, and what makes more such paths."""
    for options in stage.options:

        def make(name: str, options: str = options) -> str:
            return stage.sign(f"{options}/plain/{source}/{name}.png")

        answer = await ask(stage.target, make("good"))
        # Other options mend nothing but what is wrong with options.
        if answer.said != UrlError.public:
            break
    return answer, make


async def _customer(stage: Stage, make: Callable[[str], str], name: str) -> list[Answer]:
    """Ask the slow origin again and again, each time for another picture."""
    end = time.monotonic() + stage.seconds
    answers: list[Answer] = []
    while time.monotonic() < end:
        answers.append(await ask(stage.target, make(f"{name}-{len(answers)}"), PATIENCE_SECONDS))
        # More often than that it is an overload, which is another scene.
        await asyncio.sleep(0.0 if answers[-1].is_good else AGAIN_SECONDS)
    return answers


def _strange(answers: list[Answer]) -> Iterator[str]:
    for status in sorted({answer.status for answer in answers} - {500, 502, 503, 504, 429}):
        yield f"a hanging source was answered with {status or 'nothing'}"


def _refused(answers: list[Answer]) -> Iterator[str]:
    bad = [answer.status for answer in answers if not answer.is_good]
    if len(bad) > (1 - FAR_SHARE) * len(answers):
        statuses = ", ".join(str(status or "no answer") for status in sorted(set(bad)))
        yield f"{len(bad)} of {len(answers)} pictures from {FAR_SECONDS:g} s away were not had: {statuses}"
