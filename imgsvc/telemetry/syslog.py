"""Sends log lines to syslog, and never waits for it: each is on standard error as well."""

import logging
import socket
from contextlib import suppress

from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.telemetry.settings import LogSettings

_LEVELS = {
    "debug": logging.DEBUG,
    "info": logging.INFO,
    "warn": logging.WARNING,
    "error": logging.ERROR,
    "crit": logging.CRITICAL,
}
# RFC 5424: the facility "daemon", and the severities of Python's levels.
_DAEMON = 3 << 3
SEVERITIES = {logging.DEBUG: 7, logging.INFO: 6, logging.WARNING: 4, logging.ERROR: 3, logging.CRITICAL: 2}
_PORT = 514
_LOCAL = "/dev/log"
# What every syslog takes whole; a datagram has to fit in one.
_LONGEST_BYTES = 8_192

Address = str | tuple[str, int]


class Syslog(logging.Handler):
    """One datagram a line; a line that syslog is not there for, or has no room for, is not sent."""

    def __init__(self, settings: LogSettings) -> None:
        super().__init__(_LEVELS[settings.syslog_level])
        self._tag = settings.syslog_tag
        family, self._address = _resolved(settings) if settings.syslog_network == "udp" else _local(settings)
        self._socket = socket.socket(family, socket.SOCK_DGRAM)

    def emit(self, record: logging.LogRecord) -> None:
        """Send the record, or let it be."""
        priority = _DAEMON | SEVERITIES.get(record.levelno, 6)
        line = f"<{priority}>{self._tag}: {self.format(record)}".encode()[:_LONGEST_BYTES]
        with suppress(OSError):
            self._socket.sendto(line, socket.MSG_DONTWAIT, self._address)

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()
        super().close()


def _local(settings: LogSettings) -> tuple[int, Address]:
    return socket.AF_UNIX, settings.syslog_address or _LOCAL


def _resolved(settings: LogSettings) -> tuple[int, Address]:
    """The address behind host:port, found once: asking for it later could take seconds."""
    host, _, port = settings.syslog_address.partition(":")
    try:
        found = socket.getaddrinfo(host or "localhost", int(port or _PORT), type=socket.SOCK_DGRAM)
    except OSError as error:
        expected = f"host:port of a syslog that can be found ({error})"
        mistake = Mistake("SYSLOG_ADDRESS", expected, settings.syslog_address, is_passing=True)
        raise SettingsError([mistake]) from error
    family, _, _, _, address = found[0]
    return family, (str(address[0]), int(address[1]))
