"""Ports for servers of the tests: nobody else's, whoever else runs tests on this machine at the same time.

The kernel gives a port that was asked for and closed to the next one who asks, or to a connection on its way out;
and then one test's server answers another's health check. These lie below the ports that it gives.
"""

import fcntl
import os
import random
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

_FIRST, _LAST = 20_000, 32_767


def free_port() -> int:
    """A port of loopback that nobody listens on, and that is this process's for as long as it lives."""
    for port in _untried():
        with suppress(OSError):
            # A byte of the file for each port; the kernel lets go of it when the process ends, however it does.
            fcntl.lockf(_book(), fcntl.LOCK_EX | fcntl.LOCK_NB, 1, port)
            with socket.create_server(("127.0.0.1", port)):
                return port
    raise AssertionError("every port for tests has been used by this process, or is by others")


@cache
def _book() -> int:
    path = Path(tempfile.gettempdir()) / f"imgsvc-tests-ports-{os.getuid()}"
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


@cache
def _untried() -> Iterator[int]:
    ports = list(range(_FIRST, _LAST + 1))
    random.SystemRandom().shuffle(ports)
    return iter(ports)
