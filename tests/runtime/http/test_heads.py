import pytest

from imgsvc.runtime.http.heads import client_ip, proxy_waited_seconds, read_head, request_id, waited_seconds


@pytest.mark.parametrize(
    ("headers", "told"),
    [
        pytest.param({"x-request-id": "aB_9-"}, "aB_9-", id="the client's"),
        pytest.param({"x-amzn-request-context": '{"requestId": "amz-1"}'}, "amz-1", id="the gateway's"),
        pytest.param(
            {"x-request-id": "no!", "x-amzn-request-context": '{"requestId": "amz"}'}, "amz", id="the next best"
        ),
    ],
)
def test_a_request_keeps_the_id_that_it_came_with(headers, told):
    assert request_id(headers) == told


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-request-id": "a b"},
        {"x-request-id": "a\n"},
        {"x-request-id": ""},
        {"x-request-id": "a" * 65},
        {"x-amzn-request-context": '{"requestId": "' + "a" * 65 + '"}'},
        {"x-amzn-request-context": '{"requestId": ' + "1" * 5000 + "}"},
        {"x-amzn-request-context": '{"requestId": "\\ud800"}'},
        {"x-amzn-request-context": "{"},
        {"x-amzn-request-context": "[]"},
        {"x-amzn-request-context": '{"requestId": 7}'},
        {"x-amzn-request-context": "[" * 100_000},
    ],
    ids=lambda headers: str(headers)[:60],
)  # fmt: skip
def test_a_request_without_a_good_id_gets_a_new_one(headers):
    first, second = request_id(headers), request_id(headers)

    assert len(first) == 21
    assert first != second


@pytest.mark.parametrize("told", ["a b", "1" * 65, "", " ", "<script>", '"', "\xff"], ids=ascii)
@pytest.mark.parametrize("name", ["x-forwarded-for", "cf-connecting-ip", "x-real-ip"])
def test_what_is_no_address_is_not_logged_as_one(name, told):
    assert client_ip({name: told}, "127.0.0.1") == "127.0.0.1"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        pytest.param("t=1700000000.250", 1.75, id="nginx"),
        pytest.param("1700000001", 1, id="seconds"),
        pytest.param("1700000000500", 1.5, id="milliseconds"),
        pytest.param("t=1700000000500000", 1.5, id="microseconds"),
        pytest.param("1700000009", 0, id="the future"),
        pytest.param("1690000000", 0, id="months ago"),
        pytest.param("", 0, id="none"),
        pytest.param("yesterday", 0, id="no number"),
        pytest.param("9" * 400, 0, id="a huge one"),
    ],
)
def test_a_proxy_says_when_the_request_came(header, seconds):
    assert waited_seconds(header, 1_700_000_002.0) == pytest.approx(seconds)


def test_of_a_head_the_first_line_and_the_first_of_each_header_count():
    head = read_head(b"GET http://host/a?b HTTP/1.1\r\nX-A: 1\r\nx-a: 2\r\nnonsense\r\n\r\nX-B: body")

    assert (head.method, head.target, head.headers) == ("GET", "/a?b", {"x-a": "1"})


@pytest.mark.parametrize(
    "received",
    [
        b"",
        b"\r\n",
        b"\xff" * 70_000,
        b"get / HTTP/1.1",
        b"GET",
        b"GET /sig /w:1/x HTTP/1.1",
        b"GET /sig",
        b":" * 9 + b"\r\n" * 999,
    ],
)
def test_what_is_no_head_is_read_all_the_same(received):
    assert read_head(received).target == ""


def test_what_a_body_says_is_not_the_proxys_word():
    received = b"GET / HTTP/1.1\r\n\r\n\r\nX-Request-Start: t=1700000000.0\r\n"

    assert proxy_waited_seconds(received, 1_700_000_002.0) == 0
