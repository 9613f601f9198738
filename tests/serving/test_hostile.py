"""Hostile input by the thousand against the real server: nothing escapes, nothing grows, nothing is unexplained.

HOSTILE_CASES sets how many of each kind; `HOSTILE_CASES=2000 ./check tests` is the full measure.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import hostile, images
from tests.serving.server import Server

CASES = int(os.environ.get("HOSTILE_CASES", "60"))
# What an image of the default limits takes at most, several times over.
MAX_RESIDENT_BYTES = 1_500_000_000
WORDS = ("jpg", "png", "webp", "gif", "avif", "heic", "jxl", "bmp", "tiff", "ico")
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    b'width="40" height="20" viewBox="0 0 40 20">'
    b'<defs><filter id="f"><feGaussianBlur stdDeviation="2"/></filter></defs>'
    b'<g filter="url(#f)"><rect id="r" width="20" height="10" fill="red"/><use xlink:href="#r" x="20"/></g></svg>'
)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One picture in every format."""
    root = tmp_path_factory.mktemp("sources")
    picture = images.quadrants(64, 48)
    for word in WORDS:
        (root / f"quadrants.{word}").write_bytes(images.encoded(picture, word))
    (root / "quadrants.svg").write_bytes(SVG)
    return root


@pytest.fixture(scope="module")
def server(sources: Path) -> Iterator[Server]:
    """Two workers whose pictures may be animated, and whose URLs may set their own limits."""
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(sources),
        "IMGSVC_WORKERS": "2",
        "IMGSVC_MAX_ANIMATION_FRAMES": "20",
        "IMGSVC_LOG_FORMAT": "json",
    }
    with Server(settings) as running:
        yield running


def test_mutated_urls_get_an_answer_of_the_catalogue(server: Server) -> None:
    answers = [_answer(server, target) for target in hostile.urls(CASES)]

    _assert_explained(server, answers)


@pytest.mark.parametrize("word", [*WORDS, "svg"])
def test_mutated_files_get_an_answer_of_the_catalogue(server: Server, sources: Path, word: str) -> None:
    original = (sources / f"quadrants.{word}").read_bytes()
    answers = []
    for body in hostile.files(original, CASES):
        (sources / "mutated").write_bytes(body)
        answers.append(_answer(server, b"/unsafe/rs:fit:20:20/plain/local:///mutated@png"))

    _assert_explained(server, answers)


def _answer(server: Server, target: bytes) -> tuple[int, str, bytes]:
    """Status, request id and body for a target that is sent byte for byte."""
    raw = server.ask(f"GET {target.decode('latin-1')} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, _, body = raw.partition(b"\r\n\r\n")
    status = re.match(rb"HTTP/1\.1 (\d{3}) ", head)
    assert status, f"no answer to {target!r}: {raw[:200]!r}"
    found = re.search(rb"(?i)x-request-id: (\S+)", head)
    return int(status[1]), found[1].decode() if found else "", body


def _assert_explained(server: Server, answers: list[tuple[int, str, bytes]]) -> None:
    """No traceback to a client, a log line for every 5xx, and workers of a bounded size."""
    log = server.log()
    assert [body for _, _, body in answers if b"Traceback" in body] == []
    assert [identity for status, identity, _ in answers if status >= 500 and identity not in log] == []
    assert Counter(status for status, _, _ in answers if status in (500, 502)) == Counter()
    assert max(_peaks(log)) < MAX_RESIDENT_BYTES


def _peaks(log: str) -> list[int]:
    """The most memory that a worker had at each request, in bytes."""
    return [int(found) << 20 for found in re.findall(r"peak_mib\W+(\d+)", log)]
