import asyncio

import pytest

from imgsvc.drill.outcome import Outcome
from imgsvc.drill.scenes import SCENES, incident, quiet, silent, slow_headers, trickle
from tests.drill.servers import serving, stage


def played(play, *, pinned_by_silence: bool = False) -> Outcome:
    async def session() -> Outcome:
        async with serving(pinned_by_silence=pinned_by_silence) as target:
            return await play(stage(target, 0.6), Outcome("quiet", capacity=1.0))

    return asyncio.run(session())


def test_a_quiet_server_keeps_its_promises():
    async def session() -> Outcome:
        async with serving() as target:
            return await quiet(stage(target))

    assert asyncio.run(session()).broken == ()


@pytest.mark.parametrize("play", [incident, trickle(3), silent], ids=["incident", "trickle", "silent"])
def test_a_server_that_nobody_can_hold_serves_everybody(play):
    assert played(play).figures.share == 1


def test_a_server_that_silence_pins_breaks_its_promises():
    outcome = played(silent, pinned_by_silence=True)

    assert outcome.figures.share < 0.9
    assert outcome.broken


def test_slow_headers_are_held_by_a_server_that_waits_for_them():
    assert "200 of 200" in played(slow_headers).held


def test_every_scene_has_a_name_of_its_own():
    assert len({scene.name for scene in SCENES}) == len(SCENES)
