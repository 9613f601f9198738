import asyncio

from imgsvc.drill.outcome import Outcome
from tests.drill.servers import serving, stage


def test_what_is_watched_has_its_good_client_and_its_health():
    async def session() -> Outcome:
        async with serving() as target:
            async with stage(target).watched() as watched:
                await watched.stage.pause()
            return watched.outcome("x", capacity=1.0, held="nothing")

    outcome = asyncio.run(session())

    assert outcome.figures.share == 1
    assert (outcome.is_health_known, outcome.lies) == (True, ())


def test_goodput_is_of_the_small_picture():
    async def session() -> float:
        async with serving() as target:
            return await stage(target).goodput()

    assert asyncio.run(session()) > 0
