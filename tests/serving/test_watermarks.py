"""Watermarks of URLs on a real server: fetched beside the source, and held to what holds for one."""

import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest

from tests.images import encoded, opened, solid
from tests.misbehaving import Answer, Exchange, Origin, response, says
from tests.serving.server import Server

pytestmark = pytest.mark.slow

CAT = response(encoded(solid(40, 20, (255, 255, 255))), etag='"cat"')
MARK = response(encoded(solid(8, 8, (0, 0, 255))))
SETTINGS = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true", "IMGSVC_DOWNLOAD_TIMEOUT": "2"}


def b64(url: str) -> str:
    return urlsafe_b64encode(url.encode()).decode().rstrip("=")


def path(source: str, mark: str) -> str:
    return f"/_/wm:1:nowe/wmu:{b64(mark)}/plain/{source}@png"


def never(exchange: Exchange) -> None:
    exchange.wait()


@pytest.fixture(scope="module")
def service() -> Iterator[Server]:
    with Server(SETTINGS) as running:
        yield running


def test_source_and_watermark_are_asked_for_at_the_same_time(service: Server) -> None:
    both = threading.Barrier(2)

    def together(answer: bytes) -> Answer:
        def send(exchange: Exchange) -> None:
            both.wait(30)
            exchange.send(answer)

        return send

    with Origin({"/cat": together(CAT), "/mark": together(MARK)}) as origin:
        answer = service.get(path(origin.url("/cat"), origin.url("/mark")))

    assert answer.status_code == 200
    assert opened(answer.content).convert("RGB").getpixel((2, 2)) == (0, 0, 255)


def test_it_is_fetched_once_for_many_pictures_and_without_what_a_client_sent(service: Server) -> None:
    with Origin({"/cat": says_all(CAT), "/mark": says_all(MARK)}) as origin:
        target = path(origin.url("/cat"), origin.url("/mark"))
        answers = [service.get(target, Cookie="secret=1", If_None_Match='"cat"') for _ in range(3)]
        heads = [head for head in origin.heads if " /mark " in head]

    assert [each.status_code for each in answers] == [200, 200, 200]
    assert (len(heads), "secret" in heads[0], "none-match" in heads[0].lower()) == (1, False, False)


def says_all(answer: bytes) -> Answer:
    return lambda exchange: exchange.send(answer)


@pytest.mark.parametrize(
    ("mark", "status", "public"),
    [
        ("/gone", 404, b"Source is unreachable"),
        ("/broken", 502, b"Source is unreachable"),
        ("/text", 422, b"Invalid source image"),
        ("/never", 504, b"Source is unreachable"),
    ],
)
def test_one_that_cannot_be_had_is_an_error_whose_line_says_so(
    service: Server, mark: str, status: int, public: bytes
) -> None:
    answers = {"/cat": says_all(CAT), "/broken": says(status=500), "/text": says(b"text"), "/never": never}
    with Origin(answers) as origin:
        answer = service.get(path(origin.url("/cat"), origin.url(mark)))

        assert (answer.status_code, answer.content) == (status, public)
        assert service.await_log(f"the watermark {origin.url(mark)}")


def test_pictures_without_it_are_made_while_its_origin_is_silent(service: Server) -> None:
    with Origin({"/cat": says_all(CAT), "/never": never}) as origin:
        waiting = [
            threading.Thread(target=service.get, args=(path(origin.url("/cat"), origin.url(f"/never?{i}")),))
            for i in range(4)
        ]
        for each in waiting:
            each.start()
        answer = service.get(f"/_/plain/{origin.url('/cat')}@png")
        is_waiting = [each.is_alive() for each in waiting]
        for each in waiting:
            each.join(30)

    assert (answer.status_code, is_waiting) == (200, [True] * 4)


def test_a_watermark_may_not_come_from_where_a_source_may_not(service: Server) -> None:
    with Origin({"/cat": says_all(CAT)}) as origin:
        answers = [
            service.get(path(origin.url("/cat"), mark)).status_code
            for mark in ("http://169.254.169.254/latest", "http://10.0.0.1/a", "file:///etc/passwd", "local:///a")
        ]

    assert answers == [404] * 4


def test_nor_be_redirected_there(service: Server) -> None:
    moved = says(status=302, location="http://169.254.169.254/")
    with Origin({"/cat": says_all(CAT), "/moved": moved}) as origin:
        answer = service.get(path(origin.url("/cat"), origin.url("/moved")))

    assert answer.status_code == 404
