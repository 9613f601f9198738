"""A slow origin: its requests end in time and with a 5xx, and those for other sources do not notice."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from imgsvc.drill.client import Answer, ask
from imgsvc.drill.diagnosis import diagnosis
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.stage import Stage
from imgsvc.drill.stub_origin import stub_origin
from imgsvc.errors import UrlError

AT_ONCE = 16
PATIENCE_SECONDS = 30.0


async def slow_origin(stage: Stage, calm: Outcome) -> Outcome:
    """Keep an origin of the drill's own busy, half of it hanging, half dripping."""
    if not stage.is_local:
        return Outcome("slow-origin", skipped="the server is on another machine, and the drill's origin on this one")
    async with stub_origin() as port:
        source = f"http://127.0.0.1:{port}"
        trial, make = await _trial(stage, source)
        if not trial.is_good:
            return Outcome("slow-origin", skipped=f"a good picture of the drill's own origin was {diagnosis(trial)}")
        async with stage.watched() as watched, asyncio.TaskGroup() as group:
            tasks = [group.create_task(_customer(stage, make, number)) for number in range(AT_ONCE)]
    answers = [answer for task in tasks for answer in task.result()]
    longest = max((answer.seconds for answer in answers), default=0.0)
    held = f"{len(answers)} requests, the longest {longest:.1f} s"
    outcome = watched.outcome("slow-origin", held=held, load=stage.cost.load(calm.capacity))
    return replace(outcome, broken=tuple(_broken(answers))).judged(calm)


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


async def _customer(stage: Stage, make: Callable[[str], str], number: int) -> list[Answer]:
    """Ask the slow origin again and again, each time for another picture."""
    fault = "hang" if number % 2 else "drip"
    end = time.monotonic() + stage.seconds
    answers: list[Answer] = []
    while time.monotonic() < end:
        answers.append(await ask(stage.target, make(f"{fault}/{number}-{len(answers)}"), PATIENCE_SECONDS))
        # What is refused at once may be asked for again, but not in a tight loop.
        await asyncio.sleep(0.1)
    return answers


def _broken(answers: list[Answer]) -> list[str]:
    strange = sorted({answer.status for answer in answers} - {500, 502, 503, 504, 429})
    return [f"a hanging source was answered with {status or 'nothing'}" for status in strange]
