import socket
import threading
import time
from collections.abc import Iterator

import pytest
import requests

from bench.origins.paced import AT_ONCE, COUNT_PATH, Origin, Pace
from bench.servers.commands import KEYS
from bench.tasks import BY_NAME
from imgsvc.app import create_renderer
from imgsvc.config import from_environment
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import SourceRequest
from tests.waiting import eventually

PICTURE = bytes(range(256)) * 400


@pytest.fixture
def start(tmp_path) -> Iterator:
    """Serves a.jpg at a pace, and gives its address."""
    (tmp_path / "a.jpg").write_bytes(PICTURE)
    origin, over = Origin(tmp_path), threading.Event()
    threads: list[threading.Thread] = []

    def begin(pace: Pace) -> str:
        port = origin.listen(0, pace)
        threads.append(threading.Thread(target=origin.serve, args=(over.is_set,)))
        threads[0].start()
        return f"http://127.0.0.1:{port}"

    yield begin
    over.set()
    for thread in threads:
        thread.join()
    origin.close()


def asked(session: requests.Session, url: str) -> tuple[requests.Response, float]:
    began = time.monotonic()
    answer = session.get(url, timeout=10)
    return answer, time.monotonic() - began


def test_an_answer_comes_after_its_time_and_never_before(start):
    with requests.Session() as session:
        answer, seconds = asked(session, f"{start(Pace(seconds=0.1))}/a.jpg")

    assert (answer.content, answer.headers["content-type"]) == (PICTURE, "image/jpeg")
    assert seconds >= 0.1


def test_connections_are_kept(start):
    base = start(Pace(seconds=0.01))
    with socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), 10) as client:
        for _ in range(2):
            client.sendall(b"GET /none HTTP/1.1\r\n\r\n")

            assert client.recv(4096).startswith(b"HTTP/1.1 404")


def test_a_connection_gets_no_more_than_its_line_carries(start):
    with requests.Session() as session:
        answer, seconds = asked(session, f"{start(Pace(bits_per_second=4_000_000))}/a.jpg")

    assert answer.content == PICTURE
    # All but what the first tick brings.
    assert seconds >= len(PICTURE) * 8 / 4_000_000 - 0.02


def test_an_origin_may_not_say_how_long_an_answer_is(start):
    with requests.Session() as session:
        answer, _ = asked(session, f"{start(Pace(is_chunked=True))}/a.jpg")

    assert "content-length" not in answer.headers
    assert answer.content == PICTURE


def test_a_bucket_has_the_files_as_objects_whatever_a_client_calls_its_request(start):
    base = start(Pace(is_bucket=True))
    with requests.Session() as session:
        answers = [
            asked(session, f"{base}{path}")[0] for path in ("/bench/a.jpg", "/bench/a.jpg?x-id=GetObject", "/a.jpg")
        ]

    assert [each.content for each in answers] == [PICTURE] * 3
    assert all(each.headers["ETag"] and each.headers["Last-Modified"] for each in answers)


def test_imgsvc_reads_the_bucket(start):
    environ = {"IMGPROXY_USE_S3": "true", "IMGPROXY_S3_ENDPOINT": start(Pace(is_bucket=True)), **KEYS}
    renderer = create_renderer(from_environment(environ))
    source = SourceUrl.parse(BY_NAME["B1"].imgproxy_path("").partition("/plain/")[2].replace("j1.jpg@jpg", "a.jpg"))

    assert fetch(renderer.sources, SourceRequest(source), Scope(10), 0).body == PICTURE


def test_it_tells_what_it_did_since_it_was_last_asked(start):
    base = start(AT_ONCE)
    with requests.Session() as session:
        session.get(f"{base}/a.jpg", timeout=10)
        told = [session.get(base + COUNT_PATH, timeout=10).json() for _ in range(2)]

    assert [each["answers"] for each in told] == [1, 1]
    assert told[0]["late_ms_most"] >= told[0]["late_ms_p95"] >= 0


def test_who_leaves_is_on_nobodys_way(start):
    base = start(Pace(seconds=60))
    client = socket.create_connection(("127.0.0.1", int(base.rpartition(":")[2])), 10)
    client.sendall(b"GET /a.jpg HTTP/1.1\r\n\r\n")
    told = lambda: requests.get(base + COUNT_PATH, timeout=10).json()["most_at_once"]  # noqa: E731
    assert eventually(lambda: told() == 2)

    client.close()

    assert eventually(lambda: told() == 1)


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (AT_ONCE, "at once"),
        (Pace(0.2), "200 ms"),
        (Pace(bits_per_second=20_000_000), "20 Mbit/s"),
        (Pace(0.2, 20_000_000, is_chunked=True), "200 ms, 20 Mbit/s, chunked"),
        (Pace(0.1, is_bucket=True), "a bucket, 100 ms"),
    ],
)
def test_a_pace_says_what_it_is(pace, words):
    assert str(pace) == words
