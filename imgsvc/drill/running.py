"""Plays the scenes one after the other, and stops between them when it is told to."""

import asyncio
import time
from collections.abc import Collection
from dataclasses import replace

from imgsvc.drill.client import ask
from imgsvc.drill.cost import measure
from imgsvc.drill.diagnosis import diagnosis
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.report import Report
from imgsvc.drill.scenes import SCENES, quiet
from imgsvc.drill.stage import Stage

# Scenes must not spoil one another: so long the server gets to be well again after each.
_SETTLING_SECONDS = 20.0
_PAUSE_SECONDS = 0.2


class DrillError(Exception):
    """There is nothing to drill: the server or its picture is not there."""


async def run(stage: Stage, only: Collection[str], report: Report, outcomes: list[Outcome]) -> None:
    """Play the scenes that are named in `only`, all if it is empty; each outcome is added as it is known."""
    await _try_out(stage)
    stage = replace(stage, cost=await measure(stage.target, stage.picture, stage.large))
    for warning in stage.cost.warnings():
        report.say(f"[yellow]warning[/yellow]: {warning}")
    with report.playing("quiet", "no fault, for comparison"):
        calm = await quiet(stage)
    outcomes.append(calm)
    for scene in SCENES:
        if not only or scene.name in only:
            with report.playing(scene.name, scene.meaning):
                outcomes.append(await scene.play(stage, calm))
                await _settle(stage, 2 * calm.figures.p95)


async def _settle(stage: Stage, quick_seconds: float) -> None:
    end = time.monotonic() + _SETTLING_SECONDS
    while time.monotonic() < end:
        answers = [await ask(stage.target, stage.picture) for _ in range(3)]
        if all(answer.is_good and answer.seconds <= quick_seconds for answer in answers):
            return
        await asyncio.sleep(_PAUSE_SECONDS)


async def _try_out(stage: Stage) -> None:
    for path in dict.fromkeys((stage.picture, stage.large)):
        answer = await ask(stage.target, path)
        if not answer.is_good:
            came = f"http://{stage.target}{path} was {diagnosis(answer)}"
            raise DrillError(f"{came}\nThe drill needs a picture that works.")
