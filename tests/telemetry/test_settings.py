import pytest

from imgsvc.settings.env import Mistake, load
from imgsvc.telemetry.settings import LogSettings, TraceSettings


def test_a_level_may_be_written_in_capitals() -> None:
    assert load(LogSettings, {"IMGPROXY_LOG_LEVEL": "WARN"}, []).log_level == "warn"


def test_an_unknown_format_is_answered_with_the_known_ones() -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGSVC_LOG_FORMAT": "xml"}, mistakes)

    assert mistakes[0].expected == "one of pretty, structured, json, gcp, journal"


@pytest.mark.parametrize("address", ["127.0.0.1:many", "127.0.0.1:99999999", "127.0.0.1:0"])
def test_a_port_of_syslog_is_a_number(address: str) -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGPROXY_SYSLOG_NETWORK": "udp", "IMGSVC_SYSLOG_ADDRESS": address}, mistakes)

    assert [each.name for each in mistakes] == ["IMGPROXY_SYSLOG_NETWORK and IMGSVC_SYSLOG_ADDRESS"]


def test_a_socket_file_of_syslog_may_be_named_anyhow() -> None:
    mistakes: list[Mistake] = []

    load(LogSettings, {"IMGSVC_SYSLOG_ADDRESS": "/run/a:b"}, mistakes)

    assert mistakes == []


def test_a_collector_has_a_url() -> None:
    mistakes: list[Mistake] = []

    load(TraceSettings, {"OTEL_EXPORTER_OTLP_ENDPOINT": "collector:4318"}, mistakes)

    assert [(each.name, each.value) for each in mistakes] == [("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318")]


@pytest.mark.parametrize(
    ("environ", "endpoint"),
    [
        ({}, "http://localhost:4318/v1/traces"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/"}, "https://c/v1/traces"),
        (
            {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://c", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "https://d/x"},
            "https://d/x",
        ),
        (
            {"IMGSVC_OTEL_EXPORTER_OTLP_ENDPOINT": "https://e", "OTEL_EXPORTER_OTLP_ENDPOINT": "https://c"},
            "https://e/v1/traces",
        ),
    ],
)
def test_traces_go_where_opentelemetry_says_and_ours_says_it_first(environ: dict[str, str], endpoint: str) -> None:
    assert load(TraceSettings, environ, []).traces_endpoint() == endpoint
