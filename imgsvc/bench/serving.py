"""What a bench runs beside itself: the pictures' origin, and a server of one worker, both on loopback."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import requests

from imgsvc.live.asking import ask as ask_observer
from imgsvc.live.asking import ask_text
from imgsvc.runtime.launching import server_command

_PATIENCE_SECONDS = 30
_SETTLING_SECONDS = 0.02
_NANO = 1_000_000_000
_RESERVED: list[socket.socket] = []


_SENDING = re.compile(r'(?m)^imgsvc_stage_seconds_sum\{stage="send"\} (\S+)$')


@dataclass(frozen=True, slots=True)
class Spent:
    """A worker's processor time so far, the part of it that went into sending, and the most memory it has taken."""

    cpu_seconds: float
    sending_seconds: float
    most_bytes: int


class BenchError(Exception):
    """Something that the bench needs does not work; the text says what to do."""


def free_port() -> int:
    """A port of loopback for a server, and nobody else's for as long as this process lives.

    One that was only found free may be another's before the server has come to it, or a connection's on its way out,
    even of who asks whether it listens yet. This one is bound and does not listen: the kernel gives it to nobody, and
    whoever sets SO_REUSEADDR, as servers do, can listen on it.
    """
    reserved = socket.socket()
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    reserved.bind(("127.0.0.1", 0))
    _RESERVED.append(reserved)
    return int(reserved.getsockname()[1])


class Program:
    """A program on ports of loopback; a context manager, which waits until it listens on each of them.

    `address` is that of the first port.
    """

    def __init__(self, command: Sequence[str], ports: Sequence[int], log: Path, environ: Mapping[str, str]) -> None:
        self._command, self._environ, self._log = command, environ, log
        self.address = f"127.0.0.1:{ports[0]}"
        self._ports = ports

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, env=dict(self._environ), stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        end = time.monotonic() + _PATIENCE_SECONDS
        if not all(self._listens(port, end) for port in self._ports):
            self.__exit__()
            raise BenchError(f"it does not start:\n{self._log.read_text('utf-8', 'replace')[-2000:]}")
        return self

    def _listens(self, port: int, end: float) -> bool:
        """Whether it does before it ends, and before that time."""
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                return True
            time.sleep(_SETTLING_SECONDS)
        return False

    def __exit__(self, *_error: object) -> None:
        # py-spy writes its picture then, and gunicorn stops.
        self._process.send_signal(signal.SIGINT)
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def origin(folder: Path, log: Path, environ: Mapping[str, str]) -> Program:
    """A web server for the files of a folder, which keeps its connections, as real origins do."""
    port = free_port()
    command = [sys.executable, "-m", "http.server", "--protocol", "HTTP/1.1", "--bind", "127.0.0.1"]
    return Program([*command, "--directory", str(folder), str(port)], [port], log, environ)


class Served(Program):
    """imgsvc with one worker and these settings; before it another program, if there is one."""

    def __init__(self, environ: Mapping[str, str], log: Path, prefix: Sequence[str] = ()) -> None:
        port, observer = free_port(), free_port()
        self._observer = f"127.0.0.1:{observer}"
        own = {"IMGSVC_BIND": f"127.0.0.1:{port}", "IMGSVC_OBSERVER_BIND": self._observer}
        # The observer is a process of its own, and may come later than the first answer.
        super().__init__([*prefix, *server_command()], [port, observer], log, {**environ, **own})

    def spent(self) -> Spent:
        """What its worker has taken so far."""
        status = ask_observer(self._observer, "/status")
        pid = status["workers"][0]["pid"]
        return Spent(cpu_seconds(pid), self._sending_seconds(), most_resident_bytes(pid))

    def _sending_seconds(self) -> float:
        found = _SENDING.search(ask_text(self._observer, "/metrics"))
        return float(found[1]) if found else 0.0


def flame_prefix(picture: Path, rate: int, beside: Path, path: str) -> list[str]:
    """py-spy, which draws where the time of the server went; it is `beside` our Python, or on `path`."""
    found = shutil.which("py-spy", path=f"{beside}{os.pathsep}{path}")
    if found is None:
        raise BenchError("a flame graph needs py-spy, which is not there: pip install py-spy")
    return [found, "record", "--subprocesses", "--rate", str(rate), "--output", str(picture), "--"]


def ask(session: requests.Session, url: str) -> requests.Response:
    """One answer over a new connection, as imgsvc gives them."""
    answer = session.get(url, timeout=_PATIENCE_SECONDS)
    if answer.status_code != requests.codes.ok:
        raise BenchError(f"{url} is answered with {answer.status_code}: {answer.text[:200].strip()}")
    return answer


def cpu_seconds(pid: int) -> float:
    """What all threads of a process have taken of processors so far."""
    return sum(int(each.read_text().split()[0]) for each in Path(f"/proc/{pid}/task").glob("*/schedstat")) / _NANO


def most_resident_bytes(pid: int) -> int:
    """The most memory that a process has taken so far."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
