"""Real HTTP servers on loopback that take what telemetry sends, and decode it."""

import gzip
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

import brotli

# Sentry's SDK sends Brotli where that is installed, as it is beside httplint.
DECODINGS: dict[str, Callable[[bytes], bytes]] = {"identity": bytes, "gzip": gzip.decompress, "br": brotli.decompress}


class Receiver:
    """Keeps what `decode` makes of each POST's body, with its path and headers; a context manager."""

    def __init__(self, decode: Callable[[bytes], Any]) -> None:
        self.received: list[Any] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                body = DECODINGS[self.headers.get("Content-Encoding", "identity")](body)
                receiver.paths.append(self.path)
                receiver.headers.append({name.lower(): value for name, value in self.headers.items()})
                receiver.received.append(decode(body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_request(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def event_of(envelope: bytes) -> dict[str, Any]:
    """The event in one of Sentry's envelopes: its head, an item's head, the item, each a line."""
    _head, item_head, item = envelope.split(b"\n")[:3]
    assert json.loads(item_head)["type"] == "event"
    return dict(json.loads(item))


def spans_of(collector: Receiver) -> list[Any]:
    """All spans that an OTLP collector has got."""
    return [
        span
        for request in list(collector.received)
        for resource in request.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
