import inspect
import socket

import pytest
from gunicorn.config import Config
from gunicorn.http import errors, wsgi
from gunicorn.http.errors import InvalidRequestLine, InvalidResponseHeader, LimitRequestHeaders, LimitRequestLine
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.runtime.clients.connection import Connection
from imgsvc.runtime.http.heads import MAX_HEAD_BYTES
from imgsvc.runtime.http.parsing import MAX_LINE_BYTES, HostError, error_status, has_more_to_come, parse, told
from imgsvc.runtime.http.request_headers import OBEYED_BY_GUNICORN, READ, REFUSED_TO_GUNICORN, read

SECRET = "s3cret"


def parsed(request: bytes):
    """The request that these bytes are, from a connection over which nothing else comes."""
    ours, theirs = socket.socketpair()
    with theirs, Connection.adopt(ours, ("127.0.0.1", 1)) as connection:
        connection.received = request
        return parse(config(), connection)


def config() -> Config:
    """As gunicorn.conf.py has it, as far as it matters here."""
    made = Config()
    made.set("secure_scheme_headers", {})
    made.set("forwarder_headers", "")
    return made


def get(*headers: str, target: str = "/", version: str = "1.1") -> bytes:
    return "\r\n".join([f"GET {target} HTTP/{version}", *headers, "", ""]).encode("latin-1")


@pytest.mark.parametrize("headers", [(), ("Host: a b",), ("Host: \xff",), ("Host: a/b",), ("Host: a", "Host: a")])
def test_a_request_that_names_no_one_host_is_none(headers):
    with pytest.raises(errors.ParseException):
        parsed(get(*headers))


@pytest.mark.parametrize("host", ["a", "a:80", "[::1]:80", "", "a_b.example."])
def test_any_host_that_there_could_be_is_one(host):
    assert parsed(get(f"Host: {host}")).method == "GET"


def test_http_1_0_needs_no_host():
    assert parsed(get(version="1.0")).method == "GET"


@pytest.mark.parametrize("target", ["health?://", "a:80", "*", "x", "1://a/"])
def test_a_target_that_is_neither_a_path_nor_absolute_is_none(target):
    with pytest.raises(InvalidRequestLine):
        parsed(get("Host: x", target=target))


def test_a_body_does_not_count_for_the_length_of_the_head():
    assert parsed(get("Host: x", "Content-Length: 70000") + bytes(70_000)).method == "GET"


def test_a_head_that_is_too_long_is_none():
    with pytest.raises(LimitRequestHeaders):
        parsed(get("Host: x", "A: " + "a" * MAX_HEAD_BYTES))


def test_a_first_line_that_is_too_long_is_none():
    with pytest.raises(LimitRequestLine):
        parsed(get("Host: x", target="/" + "a" * MAX_LINE_BYTES))


def test_nobody_is_asked_to_send_a_body():
    assert not parsed(get("Host: x", "Expect: 100-continue", "Content-Length: 5"))._expected_100_continue


@pytest.mark.parametrize(
    ("header", "comes"),
    [
        ("Content-Length: 10", False),
        ("Content-Length: 11", True),
        ("Transfer-Encoding: chunked", True),
        ("A: b", False),
    ],
)
def test_a_body_that_is_not_all_here_is_known(header, comes):
    assert has_more_to_come(parsed(get("Host: x", header)), 10) is comes


NAMES = [each.name.encode() for each in READ] + [name.encode() for name in OBEYED_BY_GUNICORN + REFUSED_TO_GUNICORN]
LINES = st.tuples(st.sampled_from(NAMES), st.binary(max_size=40)).map(b": ".join)
TARGETS = st.binary(max_size=40) | st.sampled_from([b"/", b"http://[/", b"//[", b"x://", b"?", b"/#", b"/%"])
FIRST_LINES = TARGETS.map(lambda target: b"GET " + target + b" HTTP/1.1") | st.binary(max_size=60)


@given(FIRST_LINES, st.lists(LINES, max_size=6), st.sampled_from([("::1", 1, 0, 0), ""]))
def test_whatever_comes_is_a_request_or_is_refused(first_line, lines, peer):
    try:
        request = parsed(b"\r\n".join([first_line, b"Host: x", *lines, b"", b""]))
        _, environ = wsgi.create(request, None, peer, peer or "unix", config())
        status = 200 if set(read(environ).values()) <= set(environ.values()) else 0
    except (errors.NoMoreData, StopIteration):
        status = 200
    except errors.ParseException as error:
        status = error_status(error)

    assert 200 <= status < 500


@pytest.mark.parametrize(
    ("error", "status"),
    [
        pytest.param(InvalidRequestLine("x"), 400, id="no request"),
        pytest.param(HostError(), 400, id="no host"),
        pytest.param(LimitRequestLine(9000, 8190), 414, id="too long"),
        pytest.param(errors.ExpectationFailed("x"), 417, id="an expectation"),
        pytest.param(LimitRequestHeaders("many"), 431, id="too much"),
        pytest.param(errors.UnsupportedTransferCoding("x"), 400, id="a coding that nobody knows"),
        pytest.param(InvalidResponseHeader("ETag"), 500, id="a header of ours"),
        pytest.param(ZeroDivisionError(), 500, id="a fault of ours"),
    ],
)
def test_what_never_became_an_answer_has_a_status(error, status):
    assert error_status(error) == status


KINDS = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, errors.ParseException)]


@pytest.mark.parametrize("kind", KINDS)
def test_no_error_of_the_parser_is_quoted(kind):
    error = kind.__new__(kind)
    vars(error).update(dict.fromkeys(("req", "hdr", "msg", "size", "data", "line"), SECRET))

    assert SECRET not in told(error)
