import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from imgsvc.drill.client import Target
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.slow_origin import far_origin, slow_origin
from imgsvc.drill.stage import Stage
from tests.drill.servers import serving, stage
from tests.serving.server import Server

Play = Callable[[Stage, Outcome], Awaitable[Outcome]]
GOOD = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
REFUSAL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"


def played(answer: bytes, *, is_local: bool = True, scene: Play = slow_origin) -> Outcome:
    async def session() -> Outcome:
        async with serving(answer) as target:
            return await scene(replace(stage(target), is_local=is_local), Outcome("quiet"))

    return asyncio.run(session())


async def refuses_far_ones(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(REFUSAL if b"/far/" in head else GOOD)
    await writer.drain()
    writer.close()


def test_a_server_that_does_not_take_the_drill_s_origin_is_not_blamed_and_quoted():
    answer = b"HTTP/1.1 404 Not Found\r\nX-Request-Id: abc\r\nContent-Length: 18\r\n\r\nInvalid source URL"

    assert "'Invalid source URL': SourceNotAllowedError" in played(answer).skipped


# A server with these settings, and what is to be heard of it; nothing of it may be named where it is not the cause.
LOOPBACK = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1"}
ONLY_PRESETS = {"IMGSVC_ONLY_PRESETS": "1", "IMGSVC_PRESETS": "small=w:20"}
SERVERS = [
    pytest.param({}, "SourceAddressError", id="no loopback sources"),
    pytest.param({**LOOPBACK, "IMGSVC_ALLOWED_SOURCES": "http://x/"}, "SourceNotAllowedError", id="other sources"),
    pytest.param({**LOOPBACK, "IMGSVC_KEY": "aa", "IMGSVC_SALT": "aa"}, "SignatureError", id="keys"),
    pytest.param({**LOOPBACK, **ONLY_PRESETS, "IMGSVC_PRESETS": "a=q:1"}, "UnknownPresetError", id="presets"),
    pytest.param({**LOOPBACK, "IMGSVC_PATH_PREFIX": "/img"}, "answered with 404", id="a prefix"),
    pytest.param({**LOOPBACK, **ONLY_PRESETS}, "", id="the picture's presets"),
    pytest.param(LOOPBACK, "", id="loopback sources"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("settings", "said"), SERVERS)
def test_what_the_server_says_is_what_is_told_of_it(settings, said):
    with Server({"IMGSVC_LOG_FORMAT": "json", **settings}, awaits_health=False) as server:
        assert server.await_log("Listening at")
        server.get("/health")
        options = ("/rs:fit:16:16", "/small")
        stood = replace(stage(Target("127.0.0.1", server.port)), options=options, questions=(), picture="/health")
        skipped = asyncio.run(slow_origin(stood, Outcome("quiet"))).skipped
        logged = server.log()

    assert said in skipped
    assert bool(skipped) == bool(said)
    # The log has the one cause, under the id that was told.
    assert "request id" not in skipped or f'"outcome":"{said}"' in logged.replace('": "', '":"')


def test_a_server_elsewhere_cannot_reach_an_origin_here():
    assert "another machine" in played(b"", is_local=False).skipped


def test_a_picture_of_a_hanging_source_is_strange():
    outcome = played(GOOD)

    assert "a hanging source was answered with 200" in outcome.broken


def test_far_pictures_that_are_refused_are_a_broken_promise():
    async def session() -> Outcome:
        async with await asyncio.start_server(refuses_far_ones, "127.0.0.1", 0) as server:
            target = Target("127.0.0.1", server.sockets[0].getsockname()[1])
            return await far_origin(stage(target), Outcome("quiet"))

    outcome = asyncio.run(session())

    assert "were not had: 503" in outcome.broken[0]
    assert " 0 answered" in outcome.held


def test_far_pictures_that_are_had_keep_it():
    outcome = played(GOOD, scene=far_origin)

    assert outcome.broken == ()
    assert " 0 refused" in outcome.held


@pytest.mark.slow
@pytest.mark.parametrize("scene", [slow_origin, far_origin])
def test_a_server_that_fetches_ahead_keeps_what_is_promised_of_slow_origins(scene):
    with Server({**LOOPBACK, "IMGSVC_WORKERS": "2"}) as server:
        stood = replace(stage(Target("127.0.0.1", server.port), 2.0), questions=(), picture="/health")
        outcome = asyncio.run(scene(stood, Outcome("quiet")))

    assert (outcome.skipped, [each for each in outcome.broken if "not had" in each or "hanging" in each]) == ("", [])
