"""A server to observe that is this test itself: its scoreboard, its listener, and the real observer beside it."""

import json
import os
import signal
import socket
import threading
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from imgsvc.observer import spawning
from imgsvc.observer.assignment import Assignment, write
from imgsvc.observer.spawning import Handed
from imgsvc.runtime.board.scoreboard import Scoreboard
from tests import waiting
from tests.ports import free_port

# Where nobody listens yet, there is no answer.
eventually = partial(waiting.eventually, despite=(requests.RequestException,))


class _Worker(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, *args: Any) -> None:
        pass


class Observed:
    """This process as the arbiter of one worker, which is this process too; a context manager."""

    def __init__(self, variable: str = "IMGSVC_OBSERVER_BIND") -> None:
        self.port = free_port()
        self._settings = {variable: f"127.0.0.1:{self.port}"}

    def __enter__(self) -> "Observed":
        self.board = Scoreboard.create(4)
        self.board.want(1)
        self.slot = self.board.reserve()
        self.slot.occupy(os.getpid())
        self.slot.idle()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Worker)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.stacks = os.memfd_create("stacks")
        self._assignment = os.memfd_create("assignment")
        self.assign(**self._settings)
        self.handed = Handed(os.getpid(), self.board.descriptor, self.stacks, self._assignment)
        self.guard = spawning.start(self.handed)
        assert eventually(lambda: self.get("/health").ok)
        return self

    def __exit__(self, *_error: object) -> None:
        # Each would start the other again.
        family = self._family("imgsvc.observer.guard") + self._family("imgsvc.observer")
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in family:
                with suppress(ProcessLookupError):
                    os.kill(pid, number)
        self.guard.wait()
        self.stop_listening()
        self.slot.words.release()
        self.board.close()
        os.close(self.stacks)
        os.close(self._assignment)

    def assign(self, **settings: str) -> None:
        """Give the observer these settings."""
        listener = f"127.0.0.1:{self.server.server_address[1]}"
        write(self._assignment, Assignment(listener, settings=settings))

    def stop_listening(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def get(self, path: str) -> requests.Response:
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"http://127.0.0.1:{self.port}{path}", timeout=waiting.PATIENCE_SECONDS)

    def status(self) -> dict[str, Any]:
        return dict(json.loads(self.get("/status").text))

    def is_ready(self) -> bool:
        return self.get("/ready").ok

    def pid(self) -> int:
        """The process that listens."""
        return (self._family("imgsvc.observer") or [0])[0]

    def _family(self, module: str) -> list[int]:
        """The processes that run this module for this board."""
        wanted = "\0".join(["", module, *self.handed.arguments(), ""]).encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                if wanted in path.read_bytes():
                    found.append(int(path.parent.name))
        return found


def is_there(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
