"""A real gunicorn on loopback, run as an operator would run it, and clients that speak to it byte for byte."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

import requests

from tests.ports import free_port
from tests.waiting import PATIENCE_SECONDS, eventually

CHECKOUT = Path(__file__).parents[2]


class Server:
    """`gunicorn -c gunicorn.conf.py imgsvc.app:application` with these settings; a context manager.

    `arguments` are more of gunicorn's; `prefix` is a command that starts it, such as prlimit.
    """

    def __init__(
        self,
        settings: Mapping[str, str],
        *,
        awaits_health: bool = True,
        application: str = "imgsvc.app:application",
        arguments: Sequence[str] = (),
        prefix: Sequence[str] = (),
        port: int = 0,
    ) -> None:
        self.port = port or free_port()
        # Many run at once, and the observer has one port by default.
        own = {"IMGSVC_BIND": f"127.0.0.1:{self.port}", "IMGSVC_WORKERS": "1", "IMGSVC_OBSERVER_BIND": ""}
        self.settings = own | dict(settings)
        self._awaits_health = awaits_health
        gunicorn = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
        self._command = [*prefix, *gunicorn, *arguments, application]

    def __enter__(self) -> Self:
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            self._command,
            cwd=CHECKOUT,
            env={**os.environ, **self.settings},
            stdout=self._log,
            stderr=self._log,
        )
        if self._awaits_health:
            try:
                self._await_health()
            except BaseException:
                self.stop()
                raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End it, if it has not ended; its log is gone then."""
        with self._log:
            if self.process.poll() is None:
                self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _await_health(self) -> None:
        def is_answered_or_lost() -> bool:
            answer = self.ask("GET /health HTTP/1.1\r\nHost: x\r\n\r\n") if self.process.poll() is None else b""
            return b" 200 " in answer.partition(b"\r\n")[0] or self.process.poll() is not None

        came_up = eventually(is_answered_or_lost, every=0.05, despite=(OSError,)) and self.process.poll() is None
        assert came_up, f"the server did not come up:\n{self.log()}"

    def connect(self, *, receive_buffer: int = 0) -> socket.socket:
        """A connection; a small receive buffer makes a client that takes little."""
        unix = self.settings["IMGSVC_BIND"].startswith("unix:")
        client = socket.socket(socket.AF_UNIX if unix else socket.AF_INET)
        if receive_buffer:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        client.settimeout(PATIENCE_SECONDS)
        path = self.settings["IMGSVC_BIND"].removeprefix("unix:")
        try:
            client.connect(path if unix else ("127.0.0.1", self.port))
        except OSError:
            client.close()
            raise
        return client

    def ask(self, request: str) -> bytes:
        """Send a request as it stands, and read until the server closes."""
        with self.connect() as client:
            client.sendall(request.encode("latin-1"))
            return everything(client)

    def get(self, path: str, **headers: str) -> requests.Response:
        """Fetch over the http library that everybody uses."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(f"http://127.0.0.1:{self.port}{path}", headers=headers, timeout=PATIENCE_SECONDS)

    def log(self) -> str:
        """What it has written so far."""
        self._log.seek(0)
        return self._log.read().decode()

    def await_log(self, text: str, *, times: int = 1) -> bool:
        """Whether `text` turns up in the log so many times before patience ends."""
        return eventually(lambda: self.log().count(text) >= times, every=0.05)


def everything(client: socket.socket) -> bytes:
    """All that arrives until the other side closes or resets."""
    found = bytearray()
    with suppress(ConnectionResetError):
        while data := client.recv(65_536):
            found += data
    return bytes(found)
