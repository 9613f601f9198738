"""Overload: an open loop of five times the measured capacity, which may cost the surplus and nobody else."""

import asyncio
import time
from dataclasses import replace

from imgsvc.drill.client import Answer, ask
from imgsvc.drill.figures import figures
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.stage import Stage

TIMES = 5
# What one process of Python can send without becoming what is measured.
MOST_PER_SECOND = 800
MOST_AT_ONCE = 2000
# The drill's own clients use the same processors as the server.
GOODPUT_SHARE = 0.7
SERVED_P99_SECONDS = 3.0
OTHER_SHARE = 0.01
RECOVERY_SECONDS = 2.0


async def overload(stage: Stage, calm: Outcome) -> Outcome:
    """Send without waiting for answers; then see how soon a good request is served as when it was quiet."""
    rate = min(TIMES * (calm.capacity or 1.0), MOST_PER_SECOND)
    began = time.monotonic()
    answers = await _flood(stage, rate)
    recovered = await _recovery_seconds(stage, max(2 * calm.figures.p95, 0.1))
    found = figures(answers)
    in_time = [each for each in answers if each.is_good and each.started + each.seconds <= began + stage.seconds]
    goodput = len(in_time) / stage.seconds
    held = f"{rate:.0f}/s for {stage.seconds:.0f} s; well again after {recovered:.1f} s"
    broken = _broken(answers, goodput, min(calm.capacity or 0.0, rate), recovered)
    return replace(Outcome("overload", found, goodput, held), broken=broken)


async def _flood(stage: Stage, rate: float) -> list[Answer]:
    tasks: set[asyncio.Task[Answer]] = set()
    began = time.monotonic()
    sent = 0
    try:
        while (now := time.monotonic()) < began + stage.seconds:
            due = int((now - began) * rate) - sent
            busy = sum(not task.done() for task in tasks)
            tasks |= {
                asyncio.create_task(ask(stage.target, stage.picture)) for _ in range(min(due, MOST_AT_ONCE - busy))
            }
            sent += due
            await asyncio.sleep(0.01)
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()


async def _recovery_seconds(stage: Stage, quick_seconds: float) -> float:
    """Until a good request is served quickly again; gives up after five times the promise."""
    began = time.monotonic()
    while time.monotonic() < began + 5 * RECOVERY_SECONDS:
        answer = await ask(stage.target, stage.picture)
        if answer.is_good and answer.seconds <= quick_seconds:
            break
    return time.monotonic() - began


def _broken(answers: list[Answer], goodput: float, capacity: float, recovered: float) -> tuple[str, ...]:
    found = figures(answers)
    refused = [answer for answer in answers if answer.status == 503]
    others = len(answers) - found.good - len(refused)
    promises = (
        (goodput >= GOODPUT_SHARE * capacity, f"goodput fell to {goodput:.0f}/s of {capacity:.0f}/s"),
        (found.p99 <= SERVED_P99_SECONDS, f"p99 of what was served was {found.p99:.1f} s"),
        (others <= OTHER_SHARE * len(answers), f"{others} of {len(answers)} were neither served nor refused with 503"),
        (all(answer.may_retry for answer in refused), "a 503 came without Retry-After"),
        (recovered <= RECOVERY_SECONDS, f"it took {recovered:.1f} s to recover"),
    )
    return tuple(sentence for is_kept, sentence in promises if not is_kept)
