"""The playground's HTTP: files for GET, calls for POST, and everything that is not the page's own refused."""

import json
import logging
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from imgsvc.playground.access import Access, Refused
from imgsvc.playground.calls import Call, answered
from imgsvc.playground.drop_server import DropServer
from imgsvc.playground.drops import DropError, Drops
from imgsvc.playground.files import CONTENT_SECURITY_POLICY, SAFETY, File
from imgsvc.playground.upstream import PASSED, GoneError, UnreachableError, Upstream

_LOG = logging.getLogger("imgsvc.playground")

_MOST_JSON_BYTES = 256 * 1024
_CHUNK_BYTES = 256 * 1024
_SECONDS = 20.0
_MOST_CLIENTS = 64
_MOST_WORDS_BYTES = 4096
_API = "/api/"
# What came from the main listener, as against what is told of it.
IS_PICTURE = "X-Imgsvc-Picture"


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the handler passes requests on to."""

    access: Access
    files: Mapping[str, File]
    calls: Mapping[str, Call]
    upstream: Upstream
    drops: Drops
    drop_server: DropServer


class Handler(BaseHTTPRequestHandler):
    """One connection; `rooms` are those of its server."""

    protocol_version = "HTTP/1.1"
    server_version = "imgsvc-playground"
    sys_version = ""
    # Of silence.
    timeout = _SECONDS
    server: "Server"

    def do_GET(self) -> None:
        """A file of the page."""
        if refused := self.server.rooms.access.of_page(self._told()):
            self._refuse(refused)
            return
        found = self.server.rooms.files.get(self.path.partition("?")[0])
        if found is None:
            self._answer(404, b"Not Found\n", "text/plain; charset=utf-8")
        else:
            self._answer(200, found.body, found.media_type)

    def do_HEAD(self) -> None:
        """The same, less the file."""
        self.do_GET()

    def do_POST(self) -> None:
        """A call of the page's."""
        if refused := self.server.rooms.access.of_call(self._told()):
            # What it sends is not read.
            self.close_connection = True
            self._refuse(refused)
            return
        if self.path == f"{_API}drop":
            self._keep()
            return
        asked = self._json()
        if asked is None:
            self.close_connection = True
            self._tell(400, {"error": "Request", "status": 400, "text": "JSON is expected", "remedy": ""})
        elif self.path == f"{_API}picture":
            self._pass_on(asked)
        elif call := self.server.rooms.calls.get(self.path.removeprefix(_API)):
            self._tell(*answered(call, asked))
        else:
            self._tell(404, {"error": "Request", "status": 404, "text": "There is no such call", "remedy": ""})

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 (the library's name)
        """Say nothing of each request: the server's own log has the pictures."""
        _LOG.debug(format, *arguments)

    def _told(self) -> Mapping[str, str]:
        # Of two of one name neither can be trusted.
        names = [name.lower() for name in self.headers]
        return {name: self.headers[name] if names.count(name) == 1 else "\0" for name in names}

    def _json(self) -> Mapping[str, Any] | None:
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()) or int(length) > _MOST_JSON_BYTES:
            return None
        try:
            found = json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None

    def _keep(self) -> None:
        """A file that somebody dropped."""
        length = self.headers.get("content-length", "")
        self.close_connection = True
        try:
            source = self.server.rooms.drops.keep(self.rfile, int(length) if length.isdecimal() else 0)
        except DropError as error:
            self._tell(200, {"error": "", "status": 413, "text": str(error), "remedy": "Drop another one."})
        else:
            self._tell(200, {"source": source})

    def _pass_on(self, asked: Mapping[str, Any]) -> None:
        """A picture of the main listener's, with its status and its headers."""
        target, accept = str(asked.get("target", "")), str(asked.get("accept", ""))
        rooms = self.server.rooms
        try:
            upstream = rooms.drop_server.upstream if asked.get("dropped") else rooms.upstream
            answer = upstream.ask(target, accept, self.connection)
        except GoneError:
            self.close_connection = True
        except (UnreachableError, ValueError) as error:
            self._tell(200, _trouble(502, str(error), ""))
        else:
            with answer:
                self._copy(answer) if answer.status < 400 else self._tell_failure(answer)

    def _tell_failure(self, answer: HTTPResponse) -> None:
        """What the main listener says where it makes no picture: for the page that is an answer like any other."""
        words = answer.read(_MOST_WORDS_BYTES).decode("utf-8", "replace").strip()
        self._tell(200, _trouble(answer.status, words, answer.headers.get("X-Request-Id", "")))

    def _copy(self, answer: HTTPResponse) -> None:
        self.send_response(answer.status)
        headers = {name: value for name, value in answer.getheaders() if name.lower() in PASSED}
        headers |= {**SAFETY, "Content-Security-Policy": "sandbox; default-src 'none'", IS_PICTURE: "1"}
        for name, value in headers.items():
            self.send_header(name, value)
        if answer.length is None:
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        while chunk := answer.read(_CHUNK_BYTES):
            self.wfile.write(chunk)

    def _refuse(self, refused: Refused) -> None:
        if self.command == "POST":
            self._tell(refused.status, {"refused": refused.reason, "needs_secret": refused.needs_secret})
        else:
            self._answer(refused.status, f"{refused.reason}\n".encode(), "text/plain; charset=utf-8")

    def _tell(self, status: int, told: Mapping[str, Any]) -> None:
        self._answer(status, json.dumps(told).encode(), "application/json")

    def _answer(self, status: int, body: bytes, media_type: str) -> None:
        self.send_response(status)
        headers = {"Content-Type": media_type, "Content-Length": str(len(body)), **SAFETY}
        for name, value in {**headers, "Content-Security-Policy": CONTENT_SECURITY_POLICY}.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _trouble(status: int, words: str, request_id: str) -> Mapping[str, Any]:
    found = f" by the request id {request_id}" if request_id else ""
    return {"error": "", "status": status, "text": words, "remedy": f"The server's log says more{found}."}


class Server(ThreadingHTTPServer):
    """The listener: a thread for each connection, of which there are not more than so many."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], rooms: Rooms) -> None:
        self.rooms = rooms
        self._places = threading.BoundedSemaphore(_MOST_CLIENTS)
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve it on a thread, if there is a place."""
        if self._places.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve it, and give the place back."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One connection's end is no reason to say more than that."""
        _LOG.debug("a connection ended", exc_info=True)
