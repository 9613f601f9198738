"""What we change of gunicorn from outside is there in the version that is pinned, and does what we want of it."""

import socket
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import pytest
from gunicorn.arbiter import Arbiter
from gunicorn.config import Config
from gunicorn.http import message, wsgi
from gunicorn.http.errors import InvalidRequestLine
from gunicorn.http.parser import RequestParser

from imgsvc.runtime.gunicorn_patches import expect_no_body, freeze, name_server, read_targets_in_utf8, replace_reload


@pytest.fixture
def gunicorns_own():
    """As it was before."""
    target, server = message.RFC9112_TARGET_INVALID, wsgi.SERVER
    yield
    message.RFC9112_TARGET_INVALID, wsgi.SERVER = target, server


def read(target, **headers):
    lines = [f"GET {target} HTTP/1.1", "Host: x", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return next(RequestParser(Config(), iter(["\r\n".join(lines).encode()]), ("192.0.2.1", 1)))


def answered():
    """The head of an answer, as gunicorn writes it."""
    ours, client = socket.socketpair()
    with ours, client:
        made = wsgi.Response(read("/"), ours, Config())
        made.start_response("200 OK", [("Content-Length", "0")])
        made.send_headers()
        return client.recv(1000)


def test_it_is_the_version_that_is_pinned():
    pins = Path(__file__).parents[2].joinpath("requirements/runtime.txt").read_text()

    assert f"gunicorn=={version('gunicorn')}" in pins


def test_each_name_that_is_replaced_is_there():
    assert message.RFC9112_TARGET_INVALID.search("a b")
    assert isinstance(wsgi.SERVER, str)
    assert callable(Arbiter.reload)
    assert read("/", Expect="100-continue")._expected_100_continue


@pytest.mark.usefixtures("gunicorns_own")
def test_a_target_may_be_in_utf8():
    read_targets_in_utf8()

    assert read("/ä").uri.encode("latin-1").decode() == "/ä"


@pytest.mark.usefixtures("gunicorns_own")
@pytest.mark.parametrize("target", ["/a\x00", "/a\x1f", "/a\x7f", "/a\tb"], ids=ascii)
def test_but_has_no_control_character_in_it(target):
    read_targets_in_utf8()

    with pytest.raises(InvalidRequestLine):
        read(target)


@pytest.mark.usefixtures("gunicorns_own")
def test_an_answer_names_the_server_as_it_is_told():
    name_server("a-name")

    assert b"\r\nServer: a-name\r\n" in answered()


def test_settings_that_are_frozen_are_the_same_and_cost_no_call():
    cfg, frozen = Config(), Config()
    freeze(frozen)

    assert all(getattr(frozen, name) == getattr(cfg, name) for name in cfg.settings if name != "paste")
    assert vars(frozen)["limit_request_line"] == cfg.limit_request_line


def test_who_asks_before_he_sends_a_body_is_not_told_to_go_on():
    request = read("/", Expect="100-continue", **{"Content-Length": "5"})
    expect_no_body(request)
    ours, client = socket.socketpair()
    with client, ours:
        wsgi.create(request, ours, ("192.0.2.1", 1), ("192.0.2.2", 2), Config())
        client.setblocking(False)
        with pytest.raises(BlockingIOError):
            client.recv(100)


def test_a_reload_is_ours_around_gunicorns_own():
    told = []
    arbiter = SimpleNamespace(reload=lambda: told.append("theirs"))

    def around(theirs):
        told.append("before")
        theirs()

    replace_reload(arbiter, around)
    arbiter.reload()

    assert told == ["before", "theirs"]
