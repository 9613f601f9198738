"""Does work in a process of its own, so that it can be ended and cannot harm this one.

For native code that holds the interpreter until it is done, and that ends its process where it runs out of stack or
memory. The child shares nothing that it writes to; its only way back is a socket.
PERF: it stays for the next piece of work: a fork takes several milliseconds, and as many until what it shared is gone.
Without work it is ended after a while.
"""

import os
import signal
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from imgsvc.runtime.idle import keeps
from imgsvc.runtime.workers.memory import Resident, release_heap

_LENGTH = struct.Struct("<Q")
_FLAGS = struct.Struct("??")
_TIME_LIMIT = struct.Struct("<d")
# As much as is received at once.
_PIECE = 64 << 10
_HIGHEST_DESCRIPTOR = 65_536
# What a child may grow by before a new one takes its place.
_GROWTH_BYTES = 64 << 20
# Without work, until it is ended.
IDLE_SECONDS = 10.0
# Its timer ends it before that.
_GRACE_SECONDS = 1.0
_ENDED = os.WEXITED | os.WNOHANG | os.WNOWAIT


class ChildError(Exception):
    """The work failed, took too long, or ended its process."""


class ChildLateError(ChildError):
    """It took too long, and was ended."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the work has returned, or the sentence of its error; whether the process takes another one."""

    is_good: bool
    stays: bool
    body: bytes

    def packed(self) -> bytes:
        return _FLAGS.pack(self.is_good, self.stays) + self.body

    @classmethod
    def unpacked(cls, data: memoryview) -> "_Answer":
        is_good, stays = _FLAGS.unpack_from(data)
        return cls(is_good, stays, bytes(data[_FLAGS.size :]))


@dataclass(slots=True, eq=False, weakref_slot=True)
class Child:
    """Does `work` with one input after another, in a process that begins with the first."""

    work: Callable[[bytes], bytes]
    _process: "_Process | None" = None
    _worked: float = 0.0

    def __post_init__(self) -> None:
        keeps(self)

    def __call__(self, data: bytes, timeout_seconds: float) -> bytes:
        """What `work` makes of `data`; ChildError if it raises or is not done in time."""
        process, self._process = self._kept(), None
        process = process or _Process.begin(self.work)
        answer = None
        try:
            answer = process.ask(data, timeout_seconds)
        finally:
            # Who has not answered, because of a deadline here say, would answer the next question with it.
            if answer and answer.stays:
                self._process, self._worked = process, time.monotonic()
            else:
                ended_by = process.end()
        if answer is None:
            if ended_by == signal.SIGALRM:
                raise ChildLateError(f"it takes too long, and was ended after {timeout_seconds:g} s")
            raise ChildError(f"ended by signal {ended_by}")
        if not answer.is_good:
            raise ChildError(answer.body.decode("utf-8", "replace"))
        return answer.body

    def let_go(self, now: float) -> None:
        """End the process once it has had no work for a while."""
        if self._process and now > self._worked + IDLE_SECONDS:
            self.close()

    def close(self) -> None:
        """End the process, if there is one."""
        if process := self._kept():
            process.end()
        self._process = None

    def _kept(self) -> "_Process | None":
        """The process of the last time, if it is this one's child and still there."""
        if self._process is None or self._process.is_there():
            return self._process
        self._process.end()
        return None


@dataclass(frozen=True, slots=True)
class _Process:
    number: int
    parent: int
    line: socket.socket

    @classmethod
    def begin(cls, work: Callable[[bytes], bytes]) -> "_Process":
        ours, its = socket.socketpair()
        with its:
            try:
                number = os.fork()
            except OSError:
                ours.close()
                raise
            if number == 0:  # pragma: no cover (coverage ends with the process)
                _work_and_exit(work, its)
        return cls(number, os.getpid(), ours)

    def ask(self, data: bytes, timeout_seconds: float) -> _Answer | None:
        """Its answer; none if it has ended instead, or does not even end when its time is over."""
        self.line.settimeout(timeout_seconds + _GRACE_SECONDS)
        with suppress(ConnectionError, TimeoutError):
            _send(self.line, _TIME_LIMIT.pack(timeout_seconds) + data)
            if answer := _receive(self.line):
                return _Answer.unpacked(answer)
        return None

    def is_there(self) -> bool:
        with suppress(ChildProcessError):
            return self.parent == os.getpid() and os.waitid(os.P_PID, self.number, _ENDED) is None
        return False

    def end(self) -> int:
        """Make sure that it is gone; the signal that ended it."""
        if self.parent != os.getpid():
            # Whether this fork has the line, and under this number, who forked knows.
            self.line.detach()
            return 0
        self.line.close()
        with suppress(ProcessLookupError, ChildProcessError):
            finished, status = os.waitpid(self.number, os.WNOHANG)
            if not finished:
                os.kill(self.number, signal.SIGKILL)
                _, status = os.waitpid(self.number, 0)
            return status & 0x7F
        return 0


def _work_and_exit(work: Callable[[bytes], bytes], line: socket.socket) -> None:  # pragma: no cover
    """Run in the child until the parent is gone, and never return."""
    try:
        # The server's handlers are not for this process; unhandled, these end it even inside native code.
        for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # Whom the work writes to may have left: that is an error of its, and the parent's going ends this anyway.
        signal.signal(signal.SIGPIPE, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        # A client's connection must not stay open because of a child that outlives its parent.
        os.closerange(3, line.fileno())
        os.closerange(line.fileno() + 1, _HIGHEST_DESCRIPTOR)
        # Or what the parent writes to its free memory would be copied for this process.
        release_heap()
        # Open from the beginning: the work may be of a kind that opens nothing any more.
        resident = Resident()
        most = resident() + _GROWTH_BYTES
        while question := _receive(line):
            signal.setitimer(signal.ITIMER_REAL, *_TIME_LIMIT.unpack_from(question))
            is_good, body = _tried(work, bytes(question[_TIME_LIMIT.size :]))
            signal.setitimer(signal.ITIMER_REAL, 0)
            _send(line, _Answer(is_good, resident() <= most, body).packed())
    finally:
        os._exit(0)


def _tried(work: Callable[[bytes], bytes], data: bytes) -> tuple[bool, bytes]:  # pragma: no cover
    try:
        return True, work(data)
    except Exception as error:  # noqa: BLE001 (the parent raises it)
        return False, str(error).encode()


def _send(line: socket.socket, data: bytes) -> None:
    # PERF: at once, or the other side is woken twice.
    line.sendall(_LENGTH.pack(len(data)) + data)


def _receive(line: socket.socket) -> memoryview:
    """What the other side has sent; nothing if it is gone."""
    with suppress(ConnectionError):
        begun = line.recv(_PIECE)
        while 0 < len(begun) < _LENGTH.size and (more := line.recv(_PIECE)):
            begun += more
        if len(begun) >= _LENGTH.size:
            return _whole(line, memoryview(begun)[_LENGTH.size :], *_LENGTH.unpack_from(begun))
    return memoryview(b"")


def _whole(line: socket.socket, begun: memoryview, size: int) -> memoryview:
    """All of `size` bytes, of which these have come; each side is silent until it is answered."""
    if len(begun) == size:
        return begun
    view = memoryview(bytearray(size))
    filled = len(begun)
    view[:filled] = begun
    while filled < size and (count := line.recv_into(view[filled:])):
        filled += count
    return view if filled == size else memoryview(b"")
