import logging
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from imgsvc.settings.env import SettingsError
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.syslog import Syslog


@pytest.fixture
def syslog(tmp_path: Path) -> Iterator[socket.socket]:
    """A syslog of this test's own, on a socket file."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "log"))
        listener.settimeout(10)
        yield listener


def sent(settings: LogSettings, level: int = logging.WARNING, message: str = "boo") -> None:
    with closing(Syslog(settings)) as handler:
        handler.handle(logging.LogRecord("imgsvc", level, "x.py", 1, message, None, None))


@pytest.mark.parametrize(
    ("level", "priority"),
    [(logging.DEBUG, 31), (logging.INFO, 30), (logging.WARNING, 28), (logging.ERROR, 27), (logging.CRITICAL, 26)],
)
def test_a_line_has_its_priority_and_tag(syslog: socket.socket, level: int, priority: int) -> None:
    sent(LogSettings(syslog_address=syslog.getsockname(), syslog_tag="pics"), level)

    assert syslog.recv(1000) == f"<{priority}>pics: boo".encode()


def test_a_line_goes_to_a_host_by_udp() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(10)
        sent(LogSettings(syslog_network="udp", syslog_address=f"127.0.0.1:{listener.getsockname()[1]}"))

        assert listener.recv(1000) == b"<28>imgsvc: boo"


def test_a_line_is_cut_to_what_a_datagram_holds(syslog: socket.socket) -> None:
    sent(LogSettings(syslog_address=syslog.getsockname()), message="x" * 100_000)

    assert len(syslog.recv(100_000)) == 8192


def test_a_syslog_that_is_not_there_costs_nothing(tmp_path: Path) -> None:
    sent(LogSettings(syslog_address=str(tmp_path / "nobody")))


def test_a_syslog_that_reads_nothing_costs_no_time(syslog: socket.socket) -> None:
    settings = LogSettings(syslog_address=syslog.getsockname())
    with closing(Syslog(settings)) as handler:
        for _ in range(5000):
            handler.handle(logging.LogRecord("imgsvc", logging.INFO, "x.py", 1, "boo", None, None))


def test_a_host_that_cannot_be_found_is_a_mistake() -> None:
    with pytest.raises(SettingsError, match="SYSLOG_ADDRESS"):
        Syslog(LogSettings(syslog_network="udp", syslog_address="no host:514"))
