"""What a server's process says otherwise than by logging is logged as well: warnings, tracebacks, prints.

So everything that Python code writes has the log's form, and a reader who expects JSON finds nothing else.
"""

import io
import logging
import sys
import threading
from types import TracebackType
from typing import Any, TextIO

_LOG = logging.getLogger("imgsvc.stderr")

_Raised = tuple[type[BaseException], BaseException, TracebackType | None]


def speak_through_the_log() -> None:
    """Let this process, and its forks, write to standard error by way of the log alone."""
    logging.captureWarnings(True)
    sys.excepthook = _uncaught
    threading.excepthook = lambda thrown: _uncaught(thrown.exc_type, thrown.exc_value, thrown.exc_traceback)
    sys.unraisablehook = lambda thrown: _uncaught(thrown.exc_type, thrown.exc_value, thrown.exc_traceback)
    if not isinstance(sys.stderr, Lines):
        sys.stderr = Lines(sys.stderr)


class Lines(io.TextIOBase):
    """A stream whose lines are log records; `stream` is where the log writes to."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self.stream = stream
        self._rest = ""
        self._is_logging = False

    def write(self, text: str) -> int:
        """Log the lines that are whole now."""
        if self._is_logging:
            # The log itself fails: what it says of that would be its own next record.
            return self.stream.write(text)
        *lines, self._rest = (self._rest + text).split("\n")
        self._is_logging = True
        try:
            for line in filter(str.strip, lines):
                _LOG.error("%s", line)
        finally:
            self._is_logging = False
        return len(text)

    def writable(self) -> bool:
        """It is there to be written to."""
        return True

    def fileno(self) -> int:
        """The descriptor, for who writes past Python."""
        return self.stream.fileno()


def original(stream: TextIO) -> TextIO:
    """The stream that the log writes to, where `stream` goes by way of the log."""
    return stream.stream if isinstance(stream, Lines) else stream


def _uncaught(kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
    _LOG.critical("An exception was caught by nobody: %r", error, exc_info=(kind, error or kind(), trace))
