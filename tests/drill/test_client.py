import asyncio

from imgsvc.drill.client import Answer, Target, ask, request
from tests.drill.servers import GOOD, serving


def asked(answer: bytes) -> Answer:
    async def session() -> Answer:
        async with serving(answer) as target:
            return await ask(target, "/", 5)

    return asyncio.run(session())


def test_a_whole_answer_has_its_status_and_size():
    answer = asked(GOOD)

    assert (answer.status, answer.size, answer.is_good) == (200, 4, True)


def test_an_answer_that_is_cut_short_is_none():
    assert asked(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ngood").status == 0


def test_what_is_no_http_is_no_answer():
    assert asked(b"hello").status == 0


def test_a_refusal_says_whether_to_come_again():
    assert asked(b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n").may_retry


def test_what_is_not_good_is_quoted_with_its_request():
    answer = asked(b"HTTP/1.1 404 No\r\nX-Request-ID: abc\r\nContent-Length: 11\r\n\r\nInvalid URL")

    assert (answer.said, answer.request_id) == ("Invalid URL", "abc")


def test_nobody_there_is_no_answer():
    assert asyncio.run(ask(Target("127.0.0.1", 1), "/", 5)).status == 0


def test_a_request_asks_for_one_answer():
    assert request("/x") == b"GET /x HTTP/1.1\r\nHost: drill\r\nConnection: close\r\n\r\n"
