import asyncio
from dataclasses import replace

import pytest

from imgsvc.drill.client import Target
from imgsvc.drill.outcome import Outcome
from imgsvc.drill.slow_origin import slow_origin
from tests.drill.servers import serving, stage
from tests.serving.server import Server


def played(answer: bytes, *, is_local: bool = True) -> Outcome:
    async def session() -> Outcome:
        async with serving(answer) as target:
            return await slow_origin(replace(stage(target), is_local=is_local), Outcome("quiet"))

    return asyncio.run(session())


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
    outcome = played(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    assert "a hanging source was answered with 200" in outcome.broken
