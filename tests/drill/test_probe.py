import asyncio

from imgsvc.drill.client import Target
from imgsvc.drill.probe import Probe, goodput
from tests.drill.servers import serving


def test_a_probe_keeps_asking_while_answers_are_slow():
    async def session() -> int:
        async with Probe(Target("127.0.0.1", 1), "/", per_second=50) as probe:
            await asyncio.sleep(0.5)
        return len(probe.answers)

    assert asyncio.run(session()) > 5


def test_goodput_counts_good_answers_a_second():
    async def session() -> float:
        async with serving() as target:
            return await goodput(target, "/", 0.3)

    assert asyncio.run(session()) > 10


def test_bad_answers_are_no_goodput():
    async def session() -> float:
        async with serving(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n") as target:
            return await goodput(target, "/", 0.2)

    assert asyncio.run(session()) == 0
