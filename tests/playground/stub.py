"""A main listener that tells what it was asked, and a playground before it, both in this process."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests

from imgsvc.config import Config, from_environment
from imgsvc.playground.handler import Server
from imgsvc.playground.serving import rooms
from tests.serving.server import Server as MainServer
from tests.waiting import eventually

MARKED = {"X-Imgsvc-Playground": "1"}
PICTURE = b"a picture"


class Main(ThreadingHTTPServer):
    """Answers every path with a picture, but /hang, which it does not answer, and /broken."""

    daemon_threads = True

    def __init__(self, address: Any = ("127.0.0.1", 0)) -> None:
        super().__init__(address, _Answering)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.hung = threading.Event()
        self.left = threading.Event()

    @property
    def listener(self) -> str:
        """Its address, as settings write it."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Answering(BaseHTTPRequestHandler):
    server: Main

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        if self.path == "/hang":
            self.server.hung.set()
            if self.connection.recv(1) == b"":
                self.server.left.set()
            return
        self.send_response(404 if self.path == "/broken" else 200)
        self.send_header("Content-Type", "image/webp")
        self.send_header("Content-Length", str(len(PICTURE)))
        self.send_header("X-Request-Id", "abc")
        self.send_header("Set-Cookie", "a=b")
        self.end_headers()
        self.wfile.write(PICTURE)

    def log_message(self, *arguments: object) -> None:
        pass


def comes_up(server: MainServer) -> bool:
    """Whether a real server's playground does, however busy the machine is: it loads all that the server does."""
    return eventually(lambda: "The playground is at" in server.log())


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Served by a thread, until it is done with."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Playground:
    """A playground of these settings, and a client of it."""

    def __init__(self, server: Server, main: Main) -> None:
        self.server, self.main = server, main
        self.url = f"http://127.0.0.1:{server.server_address[1]}"

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(self.url + path, headers=headers, timeout=30)

    def call(self, name: str, asked: Any = None, **headers: str) -> requests.Response:
        return requests.post(f"{self.url}/api/{name}", json=asked or {}, headers={**MARKED, **headers}, timeout=30)

    def drop(self, body: bytes, **headers: str) -> requests.Response:
        return requests.post(f"{self.url}/api/drop", data=body, headers={**MARKED, **headers}, timeout=30)

    def connect(self) -> socket.socket:
        return socket.create_connection(self.server.server_address[:2], timeout=30)


@contextmanager
def playground(root: Path | None = None, **settings: str) -> Iterator[Playground]:
    """One on a free port, whose local pictures are in `root`."""
    environ = {f"IMGSVC_{name.upper()}": value for name, value in settings.items()}
    if root:
        environ["IMGSVC_LOCAL_FILESYSTEM_ROOT"] = str(root)
    config: Config = from_environment(environ)
    with running(Main()) as main, TemporaryDirectory() as folder:
        found = rooms(config, {**os.environ, **environ}, "127.0.0.1", main.listener, Path(folder))
        server = Server(("127.0.0.1", 0), found)
        with running(server):
            yield Playground(server, main)
        found.drop_server.stop()
