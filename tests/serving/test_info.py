"""/info, asked of a real server, with origins that count what they send."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import images
from tests.misbehaving import Answer, Exchange, Origin, in_turn, redirects, response, says, serves
from tests.serving.server import Server

pytestmark = pytest.mark.slow

PICTURE = images.encoded(images.noise(64, 48), "jpeg", exif=images.exif(6, artist="Ann"))
# As long as one from a camera; what is behind a picture is no part of it.
LARGE = PICTURE + bytes(20_000_000)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    root = tmp_path_factory.mktemp("pictures")
    (root / "q.jpg").write_bytes(PICTURE)
    settings = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1", "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(root)}
    with Server(settings) as running:
        yield running


def counting(body: bytes, sent: list[int]) -> Answer:
    """One range of a body at a time, noting how many bytes go out."""

    def answer(exchange: Exchange) -> None:
        first, last = map(int, re.findall(r"\d+", exchange.headers["range"]))
        part = body[first : last + 1]
        data = response(part, 206, **{"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(body)}"})
        sent.append(len(data))
        exchange.send(data)

    return answer


def test_size_and_dimensions_of_a_large_picture_cost_a_hundredth_of_it(server: Server) -> None:
    sent: list[int] = []
    with Origin({"*": counting(LARGE, sent)}) as origin:
        found = server.get(f"/info/_/plain/http://127.0.0.1:{origin.port}/large.jpg").json()

    assert (found["size"], found["width"], found["height"]) == (len(LARGE), 48, 64)
    assert sum(sent) < 200_000


def test_what_has_no_ranges_is_left_once_there_is_enough(server: Server) -> None:
    with Origin({"*": says(LARGE)}) as origin:
        found = server.get(f"/info/_/plain/http://127.0.0.1:{origin.port}/large.jpg").json()

    assert (found["size"], found["width"]) == (len(LARGE), 48)


def test_an_address_that_is_refused_is_not_asked() -> None:
    with Origin({"*": serves(PICTURE)}) as origin, Server({}) as guarded:
        answer = guarded.get(f"/info/_/plain/http://127.0.0.1:{origin.port}/q.jpg")

        assert (answer.status_code, origin.heads) == (404, [])


def test_each_part_is_held_to_the_allowed_sources() -> None:
    # Its frame lies behind the first part.
    body = LARGE[:2] + (b"\xff\xe2\xff\xff" + bytes(65_533)) * 2 + LARGE[2:]
    first = response(body[:65_536], 206, **{"Content-Range": f"bytes 0-65535/{len(body)}"})
    with Origin({"*": serves(body)}) as elsewhere:
        moved = redirects(f"http://localhost:{elsewhere.port}/q.jpg")
        with Origin({"*": in_turn(lambda exchange: exchange.send(first), moved)}) as origin:
            address = f"http://127.0.0.1:{origin.port}/"
            settings = {"IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1", "IMGSVC_ALLOWED_SOURCES": address}
            with Server(settings) as guarded:
                answer = guarded.get(f"/info/_/plain/{address}q.jpg")

            assert (answer.status_code, len(origin.heads), elsewhere.heads) == (404, 2, [])


def test_an_answer_is_json_for_caches_to_keep(server: Server) -> None:
    answer = server.get("/info/_/plain/local:///q.jpg")

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "max-age=31536000, public"
    assert re.fullmatch(r'"[\w-]{12}/[\w-]+"', answer.headers["etag"])


def test_a_copy_that_is_still_good_is_304(server: Server) -> None:
    tag = server.get("/info/_/plain/local:///q.jpg").headers["etag"]
    answer = server.get("/info/_/plain/local:///q.jpg", **{"If-None-Match": tag})
    other = server.get("/info/_/exif:0/plain/local:///q.jpg", **{"If-None-Match": tag})

    assert (answer.status_code, answer.content, other.status_code) == (304, b"", 200)


@pytest.mark.parametrize("path", ["/info/_/plain/local:///q.jpg", "/info/anything"])
def test_head_is_answered_as_on_other_routes(server: Server, path: str) -> None:
    assert server.ask(f"HEAD {path} HTTP/1.1\r\nHost: x\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/info", 404),
        ("/info/_/p:1/plain/local:///q.jpg", 404),
        ("/info/_/w:10/plain/local:///q.jpg", 404),
        ("/info/_/plain/local:///q.jpg@png", 404),
        ("/info/_/msr:1/plain/local:///q.jpg", 403),
        ("/info/_/plain/local:///nothing.jpg", 404),
        ("/info/p:2/plain/local:///q.jpg", 403),
    ],
)
def test_errors_have_the_statuses_of_pictures(server: Server, path: str, status: int) -> None:
    assert server.get(path).status_code == status


def test_an_origin_s_refusal_is_passed_on(server: Server) -> None:
    with Origin({"*": says(b"", 410)}) as origin:
        assert server.get(f"/info/_/plain/http://127.0.0.1:{origin.port}/q.jpg").status_code == 410


def test_the_log_names_the_route_and_hides_the_signature(tmp_path: Path) -> None:
    (tmp_path / "q.jpg").write_bytes(PICTURE)
    with Server({"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(tmp_path), "IMGSVC_LOG_FORMAT": "json"}) as running:
        running.get("/info/secret/bh:4:3/plain/local:///q.jpg")
        assert running.await_log("GET 200")
        lines = [json.loads(line) for line in running.log().splitlines() if "/info/" in line]

    assert "secret" not in str(lines)
    assert (lines[0]["route"], lines[0]["options"]) == ("info", {"blurhash": "4:3"})
