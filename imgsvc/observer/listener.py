"""The observer's HTTP: five small pages, each made at once from what is known."""

import ipaddress
import json
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST

# More clients at once than that are no scrapers.
_MOST_CLIENTS = 64
_CLIENT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"

    @classmethod
    def verdict(cls, reasons: tuple[str, ...], well: str) -> "Page":
        """200, or 503 with the reasons."""
        return cls(503 if reasons else 200, ("\n".join(reasons or (well,)) + "\n").encode())

    @classmethod
    def json(cls, value: Any) -> "Page":
        """Data."""
        return cls(200, (json.dumps(value, indent=1) + "\n").encode(), "application/json")

    @classmethod
    def metrics(cls, text: bytes) -> "Page":
        """Prometheus's text."""
        return cls(200, text, CONTENT_TYPE_LATEST)


Pages = Mapping[str, Callable[[], Page]]


class Listener(ThreadingHTTPServer):
    """Serves pages by path; `fallback` is for every other path."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        pages: Pages,
        fallback: Callable[[], Page],
        *,
        private: frozenset[str] = frozenset(),
    ) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.pages, self.fallback, self._private = pages, fallback, private
        self._places = threading.BoundedSemaphore(_MOST_CLIENTS)
        super().__init__(address, _Handler)

    def page(self, path: str, client: str) -> Page:
        """The page of a path; a private one is for clients on this machine alone."""
        is_hidden = path in self._private and not ipaddress.ip_address(client).is_loopback
        return (self.fallback if is_hidden else self.pages.get(path, self.fallback))()

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for each client, and no more than there are places."""
        if not self._places.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            super().process_request(request, client_address)
        except BaseException:
            # There is no thread that would give it back.
            self._places.release()
            raise

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Give the place back in the end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no event."""


class _Handler(BaseHTTPRequestHandler):
    server: Listener
    server_version = "imgsvc-observer"
    sys_version = ""
    timeout = _CLIENT_SECONDS

    def do_GET(self) -> None:
        page = self.server.page(self.path.partition("?")[0], self.client_address[0])
        self.send_response(page.status)
        self.send_header("Content-Type", page.media_type)
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(page.body)

    def end_headers(self) -> None:
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass

    def log_error(self, *args: Any) -> None:
        pass
