"""Writes log lines to a stream whose reader may stop: what it does not take at once is dropped and counted.

A pipe that nobody reads is full after 64 KiB, and whoever writes to it then waits for ever: every worker, one by one.
"""

import logging
import os
import socket
import stat
from io import FileIO
from typing import TextIO

Out = FileIO | socket.socket


class NeverWaiting(logging.StreamHandler[TextIO]):
    """A StreamHandler that drops a line where a pipe or a socket is full, and says how many when it is not any more."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.dropped = 0
        self._out = _opened_again(stream)
        self._waits_for_nobody = self._out is not None and stat.S_ISREG(os.fstat(self._out.fileno()).st_mode)

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record, or count it."""
        if self._out is None:
            super().emit(record)
            return
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001 (as logging does it: a line that cannot be made ends nothing)
            self.handleError(record)
            return
        if self._waits_for_nobody:
            # What the stream still holds came before.
            self.flush()
        if self.dropped and _takes(self._out, self.format(notice(self.dropped))):
            self.dropped = 0
        if self.dropped or not _takes(self._out, line):
            self.dropped += 1

    def close(self) -> None:
        """Close what was opened here; the stream itself stays open."""
        if self._out is not None:
            self._out.close()
        super().close()


def notice(dropped: int) -> logging.LogRecord:
    """What is logged in place of so many lines."""
    text = f"{dropped} log lines were dropped: nobody took them"
    return logging.LogRecord("imgsvc.telemetry", logging.WARNING, __file__, 0, text, None, None)


def _takes(out: Out, line: str) -> bool:
    data = f"{line}\n".encode("utf-8", "backslashreplace")
    try:
        if isinstance(out, socket.socket):
            return out.send(data, socket.MSG_DONTWAIT | socket.MSG_NOSIGNAL) > 0
        return bool(out.write(data))
    except (OSError, ValueError):
        return False


def _opened_again(stream: TextIO) -> Out | None:
    """A way to write that does not wait, and that is ours alone; None where there is no descriptor.

    Standard error is lent to native code while that works (codecs/native/standard_error.py); others log meanwhile.
    """
    try:
        descriptor = stream.fileno()
        mode = os.fstat(descriptor).st_mode
        if stat.S_ISFIFO(mode):
            # A description of its own: O_NONBLOCK on the inherited one would be everybody's who shares it.
            own = os.open(f"/proc/self/fd/{descriptor}", os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
            return FileIO(own, "w")
        # A file or a terminal waits for nobody.
        own = os.dup(descriptor)
        return socket.socket(fileno=own) if stat.S_ISSOCK(mode) else FileIO(own, "w")
    except OSError:
        return None
