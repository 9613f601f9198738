"""Sends log records to systemd's journal as fields, and never waits for it: what finds it full is dropped and counted.

The fields are those of every other form, each named IMGSVC_ and its name in capitals.
"""

import logging
import os
import re
import socket
from typing import TextIO

from logging_journald import JournaldTransport

from imgsvc.telemetry.forms import as_paragraph, contents, flat, plain
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.stream import notice
from imgsvc.telemetry.syslog import SEVERITIES

_PREFIX = "IMGSVC_"
# What journald takes for a name; a field that is named otherwise it leaves out.
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9_]")
_LONGEST_NAME = 64
# As libsystemd asks for; the kernel gives what net.core.wmem_max allows.
_BUFFER_BYTES = 8 << 20


class Journal(logging.Handler):
    """One entry a record; where there is no journal, `otherwise` gets the record.

    The socket is not connected: the kernel finds journald anew for each entry, also after journald was restarted, and
    says of each by which process it was sent, also after a fork.
    """

    def __init__(self, settings: LogSettings, otherwise: logging.Handler) -> None:
        super().__init__()
        self.dropped = 0
        self._tag = settings.syslog_tag
        self._otherwise = otherwise
        self._transport = JournaldTransport(settings.journal_address, connected=False)
        self._transport.socket.setblocking(False)
        self._transport.socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER_BYTES)

    def emit(self, record: logging.LogRecord) -> None:
        """Send the record, or count it."""
        try:
            if self.dropped and self._takes(notice(self.dropped)):
                self.dropped = 0
            if self.dropped or not self._takes(record):
                self.dropped += 1
        except Exception:  # noqa: BLE001 (as logging does it: an entry that cannot be made ends nothing)
            self.handleError(record)

    def close(self) -> None:
        """Give the socket back, and what stood in for it."""
        self._transport.socket.close()
        self._otherwise.close()
        super().close()

    def _takes(self, record: logging.LogRecord) -> bool:
        try:
            self._transport.send(entry(record, self._tag))
        except BlockingIOError:
            return False
        except OSError:
            self._otherwise.handle(record)
        return True


def entry(record: logging.LogRecord, tag: str) -> list[tuple[str, str]]:
    """The record as the journal's fields; what no UTF-8 can hold is escaped."""
    message, fields = contents(record)
    own = [
        ("MESSAGE", as_paragraph(message, fields)),
        ("PRIORITY", str(SEVERITIES.get(record.levelno, 6))),
        ("SYSLOG_IDENTIFIER", tag),
    ]
    pairs = own + [(_name(key), plain(value)) for key, value in flat(fields)]
    return [(name, value.encode("utf-8", "backslashreplace").decode()) for name, value in pairs]


def _name(key: str) -> str:
    """SECURITY: nothing in a name can end it, and none is one of journald's own."""
    return (_PREFIX + _NOT_IN_A_NAME.sub("_", key.upper()))[:_LONGEST_NAME]


def is_journal(stream: TextIO, journal_stream: str) -> bool:
    """Whether systemd has connected `stream` to the journal: JOURNAL_STREAM has its device and inode."""
    try:
        found = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return journal_stream == f"{found.st_dev}:{found.st_ino}"
