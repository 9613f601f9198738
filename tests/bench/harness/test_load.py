import http.server
import shutil
import threading
import time
from collections.abc import Iterator

import pytest

from bench.load import Counted, LoadError, Window, counted, run

LATE_SECONDS = 0.05
OUTPUT = """\
Running 2s test @ http://127.0.0.1:8080
  2 threads and 8 connections
Requests/sec:     90.00
counted {"answers": 90, "wrong": 1, "bytes": 1000, "failed": 0, "p50_ms": 80.5, "p95_ms": 120.0, "statuses": {"503": 1}}
"""


class Hello(http.server.BaseHTTPRequestHandler):
    """Answers with five bytes; with 404 at /missing, and after a while at /late."""

    def do_GET(self) -> None:
        if self.path == "/late":
            time.sleep(LATE_SECONDS)
        self.send_response(404 if self.path == "/missing" else 200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")

    def log_request(self, *args: object) -> None:
        pass


@pytest.fixture
def base() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hello)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_what_the_script_counted_is_found_in_what_wrk_says():
    assert counted(OUTPUT) == Counted(
        answers=90, wrong=1, bytes=1000, failed=0, p50_ms=80.5, p95_ms=120.0, statuses={"503": 1}
    )


def test_who_is_told_to_come_again_is_refused_and_others_are_wrong():
    assert Counted(9, 6, 0, 0, 0, 0, statuses={"503": 3, "429": 2, "404": 1}).refused == 5


def test_a_wrk_that_did_not_count_is_quoted():
    with pytest.raises(LoadError, match="unable to connect"):
        counted("", "unable to connect to 127.0.0.1:1 Connection refused\n")


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed: apt-get install wrk")
def test_a_real_wrk_asks_for_each_path_in_turn_and_knows_wrong_answers(base):
    edges, looks = list[str](), list[str]()
    window = Window(base, ("/here", "/missing"), connections=2, warm_seconds=0.2, seconds=1.2)

    found = run(window, at_edge=lambda: edges.append("edge"), look=lambda: looks.append("look"))

    assert (len(edges), found.bytes, found.failed) == (2, 5 * found.answers, 0)
    assert abs(2 * found.wrong - found.answers) <= 4
    assert found.statuses == {"404": found.wrong}
    assert looks


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed: apt-get install wrk")
def test_latencies_are_those_of_right_answers_alone(base):
    window = Window(base, ("/late", "/missing"), connections=8, warm_seconds=0.1, seconds=1.0)

    found = run(window, at_edge=lambda: None, look=lambda: None)

    assert found.p95_ms >= found.p50_ms >= 1000 * LATE_SECONDS
