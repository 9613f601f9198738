"""Chromium without a window: what people see. Those before 150 or so read no JXL, and refuse all of it."""

import base64
import http.server
import json
import queue
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.corpus.answer import Answer

PROGRAM = "chromium"
PAGE = Path(__file__).with_name("page.html")
TYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "ico": "image/x-icon",
    "jpeg": "image/jpeg",
    "jxl": "image/jxl",
    "png": "image/png",
    "svg": "image/svg+xml",
    "webp": "image/webp",
}
_SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--force-color-profile=srgb"),
)
SILENT_SECONDS = 60.0


class NoChromiumError(Exception):
    """It is not installed, or says nothing."""


def version() -> str:
    """As it says it of itself."""
    if not shutil.which(PROGRAM):
        raise NoChromiumError("Chromium is not installed: apt-get install chromium")
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return f"Chromium {said[1].split('.')[0]}"


def answers(files: Sequence[tuple[bytes, str]]) -> Iterator[Answer]:
    """For each file of such a format what it shows, in order."""
    return map(_answer, _asked([(body, format_, None) for body, format_ in files]))


def drawings(files: Sequence[tuple[bytes, tuple[int, int]]]) -> Iterator[bytes | None]:
    """For each SVG a PNG of it in so many pixels, in order; None where it is refused."""
    for said in _asked([(body, "svg", size) for body, size in files]):
        yield base64.b64decode(said["png"].partition(",")[2]) if said["status"] == 200 else None


_Asked = tuple[bytes, str, tuple[int, int] | None]


def _asked(files: Sequence[_Asked]) -> Iterator[dict[str, Any]]:
    """What the page says of each file; of one with a size a picture of that size."""
    said: queue.Queue[tuple[str, dict[str, Any]]] = queue.Queue()
    with _served(files, said.put) as port, _started(f"http://127.0.0.1:{port}/"):
        for number in range(len(files)):
            try:
                found, answer = said.get(timeout=SILENT_SECONDS)
            except queue.Empty:
                raise NoChromiumError(f"no word of file {number} for {SILENT_SECONDS:.0f} s") from None
            assert found == str(number), (found, number)
            yield answer


def _answer(said: dict[str, Any]) -> Answer:
    if said["status"] != 200:
        return Answer(status=said["status"])
    return Answer(
        size=(said["size"][0], said["size"][1]),
        orientation=_TURNS[tuple(said["turn"])] if "turn" in said else None,
        frames=said.get("frames", 1),
        alpha=said["alpha"],
        means=said["means"],
        last=said.get("last"),
    )


# EXIF's number for so many degrees clockwise, and mirrored after that or not.
_TURNS = {
    (0, False): 1,
    (0, True): 2,
    (180, False): 3,
    (180, True): 4,
    (90, True): 5,
    (90, False): 6,
    (270, True): 7,
    (270, False): 8,
}


@contextmanager
def _served(files: Sequence[_Asked], say: Callable[[tuple[str, dict[str, Any]]], None]) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/file/"):
                body, format_, _ = files[int(self.path.split("/")[2])]
                self._send(body, TYPES[format_])
            elif self.path == "/files":
                listed = [[number, TYPES[format_], size] for number, (_, format_, size) in enumerate(files)]
                self._send(json.dumps(listed).encode(), "application/json")
            else:
                self._send(PAGE.read_bytes(), "text/html")

        def do_POST(self) -> None:
            said = self.rfile.read(int(self.headers["Content-Length"]))
            say((self.path.split("/")[2], json.loads(said)))
            self._send(b"", "text/plain")

        def _send(self, body: bytes, media_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


@contextmanager
def _started(url: str) -> Iterator[None]:
    with tempfile.TemporaryDirectory(prefix="imgsvc-chromium-", ignore_cleanup_errors=True) as profile:
        command = [PROGRAM, *_SWITCHES, f"--user-data-dir={profile}", url]
        silent = subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=silent, stdout=silent, stderr=silent)
        try:
            yield
        finally:
            process.terminate()
            process.wait()
