"""Where the servers' programs are, and starting one: a process on a free port, which ends with its test."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.ports import free_port

__all__ = ["TOOLS", "asked", "free_port", "program", "running"]

# tests/stores/install fills it.
TOOLS = Path(os.environ.get("STORES_TOOLS") or Path(__file__).parents[2] / ".venv-stores")
START_SECONDS = 300


def program(name: str) -> str:
    """A program below TOOLS; skips the test where it is not installed."""
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed; ./check stores installs it")
    return str(path)


@contextmanager
def running(command: Sequence[str], port: int, says: str = "") -> Iterator[None]:
    """A server, from when it `says` so, or else listens at `port`; its standard input ends when it shall."""
    # What nobody reads fills its pipe, and then a server that logs each request answers nothing any more.
    output = subprocess.PIPE if says else subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.DEVNULL)
    try:
        _wait_until_ready(process, port, says.encode())
        yield
    finally:
        process.terminate()
        # It may be waiting for its last words to be read.
        with suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=10)
        process.kill()
        process.wait()


def asked(
    url: str, target: str, method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of an answer; `target` is sent as it stands."""
    connection = HTTPConnection(url.removeprefix("http://"), timeout=30)
    connection.putrequest(method, target, skip_accept_encoding=True)
    for name, value in {**(headers or {}), "Content-Length": str(len(body or b""))}.items():
        connection.putheader(name, value)
    connection.endheaders(body or b"")
    response = connection.getresponse()
    found = response.status, {name.lower(): value for name, value in response.getheaders()}, response.read()
    connection.close()
    return found


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, says: bytes) -> None:
    end = time.monotonic() + START_SECONDS
    if process.stdout:
        lines = iter(process.stdout.readline, b"")
        assert any(line.strip() == says for line in lines), f"{process.args} ended with {process.wait()}"
        return
    while time.monotonic() < end:
        assert process.poll() is None, f"{process.args} ended with {process.returncode}"
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise AssertionError(f"{process.args} does not listen at {port}")
