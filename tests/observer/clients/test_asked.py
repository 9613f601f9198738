import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.observer.clients.asked import MOST_BYTES, Asked, Refused, asked

HOST = b"\r\nHost: x\r\n\r\n"


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"GET /ready HTTP/1.1" + HOST, Asked("GET", "/ready")),
        (b"HEAD /ready?a=b HTTP/1.1" + HOST, Asked("HEAD", "/ready")),
        (b"GET /ready HTTP/1.0\r\n\r\n", Asked("GET", "/ready")),
        (b"GET http://x/ready HTTP/1.1" + HOST, Asked("GET", "/ready")),
        (b"GET http://x HTTP/1.1" + HOST, Asked("GET", "/")),
        (b"GET /ready HTTP/1.1\nHost: x\n\n", Asked("GET", "/ready")),
        (b"\r\n\r\nGET /ready HTTP/1.1" + HOST, Asked("GET", "/ready")),
        (b"GET /ready HTTP/1.1\r\nA: " + b"5" * 5000 + HOST, Asked("GET", "/ready")),
    ],
)
def test_a_request_is_its_method_and_path(head, found):
    assert asked(head) == found


@pytest.mark.parametrize("head", [b"", b"GET", b"GET / HTTP/1.1\r\nHost: x\r\n"])
def test_a_head_that_is_not_whole_is_none_yet(head):
    assert asked(head) is None


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nno colon" + HOST, 400),
        (b"GET /a b HTTP/1.1" + HOST, 400),
        (b"GET / HTTP/2.0" + HOST, 400),
        (b"GET /\r\n\r\n", 400),
        (b"POST / HTTP/1.1" + HOST, 405),
        (b"x" * (MOST_BYTES + 1), 431),
        (b"GET / HTTP/1.1\r\nA: " + b"x" * MOST_BYTES + HOST, 431),
    ],
)
def test_what_is_no_request_for_a_page_has_its_status(head, status):
    assert asked(head) == Refused(status)


@given(st.binary(max_size=200))
def test_nothing_that_is_sent_raises(received):
    assert asked(received) is None or asked(received)
