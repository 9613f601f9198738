import asyncio
import io

import pytest
from rich.console import Console

from imgsvc.drill.outcome import Outcome
from imgsvc.drill.report import Report
from imgsvc.drill.running import DrillError, run
from tests.drill.servers import GOOD, serving, stage


def played(answer: bytes, *only: str) -> list[str]:
    outcomes: list[Outcome] = []

    async def session() -> None:
        async with serving(answer) as target:
            await run(stage(target), only, Report(Console(file=io.StringIO())), outcomes)

    asyncio.run(session())
    return [outcome.name for outcome in outcomes]


def test_only_what_is_named_is_played_after_the_quiet_scene():
    assert played(GOOD, "trickle-3") == ["quiet", "trickle-3"]


def test_a_picture_that_does_not_work_ends_the_drill_at_once():
    with pytest.raises(DrillError, match="answered with 403"):
        played(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
