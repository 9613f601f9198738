"""Does one piece of work in a process of its own, so that it can be ended and cannot harm this one.

For native code that holds the interpreter until it is done, and that ends its process where it runs out of stack or
memory. The child shares nothing that it writes to; its only way back is a pipe.
"""

import os
import signal
from collections.abc import Callable
from contextlib import suppress

_CHUNK = 1 << 20
_HIGHEST_DESCRIPTOR = 65_536


class ChildError(Exception):
    """The work failed, took too long, or ended its process."""


def in_child(work: Callable[[], bytes], timeout_seconds: float) -> bytes:
    """What `work` returns; ChildError if it raises or is not done in time."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover (coverage ends with the process)
        _work_and_exit(work, writing, timeout_seconds)
    os.close(writing)
    try:
        answer = _read(reading)
    finally:
        os.close(reading)
        ended_by = _end(child)
    if not answer.startswith(b"+"):
        raise ChildError(answer[1:].decode("utf-8", "replace") or f"ended by signal {ended_by}")
    return answer[1:]


def _work_and_exit(work: Callable[[], bytes], writing: int, timeout_seconds: float) -> None:  # pragma: no cover
    """Run in the child, and never return."""
    try:
        # The server's handlers are not for this process; unhandled, these end it even inside native code.
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, timeout_seconds)
        # A client's connection must not stay open because of a child that outlives its parent.
        os.closerange(3, writing)
        os.closerange(writing + 1, _HIGHEST_DESCRIPTOR)
        _write(writing, _answer(work))
    finally:
        os._exit(0)


def _answer(work: Callable[[], bytes]) -> bytes:  # pragma: no cover
    try:
        return b"+" + work()
    except Exception as error:  # noqa: BLE001 (the parent raises it)
        return f"-{error}".encode()


def _write(descriptor: int, data: bytes) -> None:  # pragma: no cover
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _read(descriptor: int) -> bytes:
    parts = []
    while part := os.read(descriptor, _CHUNK):
        parts.append(part)
    return b"".join(parts)


def _end(child: int) -> int:
    """Make sure that the child is gone; the signal that ended it."""
    with suppress(ProcessLookupError, ChildProcessError):
        finished, status = os.waitpid(child, os.WNOHANG)
        if not finished:
            os.kill(child, signal.SIGKILL)
            _, status = os.waitpid(child, 0)
        return status & 0x7F
    return 0
