import asyncio

from imgsvc.drill.leaks import leaking
from tests.drill.servers import serving

LARGE = b"HTTP/1.1 200 OK\r\nContent-Length: 9000000\r\n\r\n" + bytes(9_000_000)


def test_a_connection_that_the_server_cannot_finish_is_held():
    async def session() -> tuple[int, float]:
        async with serving(LARGE) as target:
            with leaking(target) as leaks:
                await leaks.ask("/")
                await asyncio.sleep(0.3)
                leaks.look()
                return leaks.held_now, leaks.longest_seconds()

    held, seconds = asyncio.run(session())

    assert held == 1
    assert seconds >= 0.2


def test_a_connection_that_was_closed_is_not_held():
    async def session() -> int:
        async with serving() as target:
            with leaking(target) as leaks:
                await leaks.ask("/")
                await asyncio.sleep(0.3)
                leaks.look()
                return leaks.held_now

    assert asyncio.run(session()) == 0
