import asyncio
from dataclasses import replace

from imgsvc.drill.outcome import Outcome
from imgsvc.drill.slow_origin import slow_origin
from tests.drill.servers import serving, stage


def played(answer: bytes, *, is_local: bool = True) -> Outcome:
    async def session() -> Outcome:
        async with serving(answer) as target:
            return await slow_origin(replace(stage(target), is_local=is_local), Outcome("quiet"))

    return asyncio.run(session())


def test_a_server_that_takes_no_loopback_sources_is_not_blamed():
    answer = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"

    assert "ALLOW_LOOPBACK_SOURCE_ADDRESSES" in played(answer).skipped


def test_a_server_elsewhere_cannot_reach_an_origin_here():
    assert "another machine" in played(b"", is_local=False).skipped


def test_a_picture_of_a_hanging_source_is_strange():
    outcome = played(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    assert "a hanging source was answered with 200" in outcome.broken
