import asyncio

from imgsvc.drill.figures import Figures
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.overload import overload
from tests.drill.servers import GOOD, serving, stage

CALM = Outcome("quiet", Figures(10, 10, 0.01, 0.5, 0.5), capacity=20.0)


def played(answer: bytes) -> Outcome:
    async def session() -> Outcome:
        async with serving(answer) as target:
            return await overload(stage(target), CALM)

    return asyncio.run(session())


def test_a_server_that_can_do_it_all_keeps_its_promises():
    assert played(GOOD).broken == ()


def test_a_refusal_has_to_say_when_to_come_again():
    broken = played(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n").broken

    assert "a 503 came without Retry-After" in broken


def test_answers_that_are_neither_served_nor_refused_break_a_promise():
    assert any("neither" in each for each in played(b"HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n").broken)
