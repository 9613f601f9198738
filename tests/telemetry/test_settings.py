import pytest

from imgsvc.env import Mistake, load
from imgsvc.telemetry.settings import LogSettings


def test_a_level_may_be_written_in_capitals() -> None:
    assert load(LogSettings, {"IMGPROXY_LOG_LEVEL": "WARN"}, []).log_level == "warn"


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGSVC_LOG_FORMAT": "xml"}, mistakes)

    assert mistakes[0].expected == "one of pretty, structured, json, gcp"


@pytest.mark.parametrize("address", ["127.0.0.1:many", "127.0.0.1:99999999", "127.0.0.1:0"])
def test_a_port_of_syslog_is_a_number(address: str) -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGPROXY_SYSLOG_NETWORK": "udp", "IMGSVC_SYSLOG_ADDRESS": address}, mistakes)

    assert [each.name for each in mistakes] == ["IMGPROXY_SYSLOG_NETWORK and IMGSVC_SYSLOG_ADDRESS"]


def test_a_socket_file_of_syslog_may_be_named_anyhow() -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGSVC_SYSLOG_ADDRESS": "/run/a:b"}, mistakes)

    assert mistakes == []
