"""From the settings to a real server whose spans a real collector decodes."""

import threading

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from imgsvc.settings.env import SettingsError
from imgsvc.telemetry.settings import TraceSettings
from imgsvc.telemetry.tracing import create_traces
from tests.images import encoded, quadrants
from tests.interpreter import at_once
from tests.misbehaving import Origin, says, waits
from tests.ports import free_port
from tests.serving.server import Server
from tests.telemetry.receivers import Receiver, spans_of
from tests.waiting import eventually

STAGES = {"queue", "downloading_source_image", "header", "decode", "transform", "encode"}


def test_off_there_are_none():
    assert create_traces(TraceSettings()) is None


def test_grpc_is_a_mistake():
    with pytest.raises(SettingsError, match="http/protobuf"):
        create_traces(TraceSettings(open_telemetry_enable=True, otel_exporter_otlp_protocol="grpc"))


def test_before_the_fork_no_thread_is_begun():
    before = set(threading.enumerate())
    create_traces(TraceSettings(open_telemetry_enable=True))

    assert set(threading.enumerate()) <= before


@pytest.fixture
def pictures(tmp_path):
    (tmp_path / "cat.png").write_bytes(encoded(quadrants()))
    return tmp_path


def seconds(span):
    return (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9


def otlp():
    return Receiver(ExportTraceServiceRequest.FromString)


def settings(pictures, port, **more):
    return {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(pictures),
        "IMGPROXY_OPEN_TELEMETRY_ENABLE": "true",
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}",
        **more,
    }


@pytest.mark.slow
def test_a_request_comes_to_the_collector_with_its_stages_and_no_signature(pictures):
    with (
        Receiver(ExportTraceServiceRequest.FromString) as collector,
        Server(settings(pictures, collector.port)) as server,
    ):
        answer = server.get("/hush/w:4/plain/local:///cat.png")
        assert eventually(lambda: len(spans_of(collector)) >= 8)
        spans = {span.name: span for span in spans_of(collector)}

    attributes = {each.key: each.value for each in spans["/request"].attributes}
    assert (answer.status_code, set(spans)) == (200, STAGES | {"/request"})
    assert attributes["http.url"].string_value == "/***/w:4/plain/local:///cat.png"
    assert attributes["imgproxy.options.resize"].string_value == "fit:4"
    assert "hush" not in str(spans)


@pytest.mark.slow
def test_the_span_of_a_fetch_is_its_own_time_and_the_waits_before_and_after_it_are_others(pictures):
    slow = waits(0.5, encoded(quadrants()))
    more = {"IMGSVC_FETCHES": "1", "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1"}
    with (
        otlp() as collector,
        Origin({"*": slow}) as origin,
        Server(settings(pictures, collector.port, **more)) as server,
    ):
        at_once(lambda number: server.get(f"/s/w:4/plain/{origin.url(f'/{number}')}"), 2)
        assert eventually(lambda: len(spans_of(collector)) >= 16)
        found = spans_of(collector)

    first, second = sorted(span.start_time_unix_nano for span in found if span.name == "downloading_source_image")
    waited = [seconds(span) for span in found if span.name == "queue"]
    # The second one's fetch began when the first one's was over.
    assert second - first >= 0.49e9
    assert (len(waited), max(waited) >= 0.4) == (4, True)


@pytest.mark.slow
def test_a_worker_that_ends_sends_what_it_has(pictures):
    with otlp() as collector:
        with Server(settings(pictures, collector.port)) as server:
            server.get("/s/w:4/plain/local:///cat.png")

        assert len(spans_of(collector)) == 8


@pytest.mark.slow
def test_an_answer_that_is_passed_on_has_a_span_until_it_is_out(pictures):
    with (
        Receiver(ExportTraceServiceRequest.FromString) as collector,
        Server(settings(pictures, collector.port)) as server,
    ):
        server.get("/s/raw:1/plain/local:///cat.png")
        assert eventually(lambda: len(spans_of(collector)) >= 5)

        names = {span.name for span in spans_of(collector)}
    assert names == {"/request", "queue", "downloading_source_image", "streaming_image"}


@pytest.mark.slow
def test_a_collector_that_is_not_there_costs_nothing(pictures):
    with Server(settings(pictures, free_port(), IMGSVC_WORKERS="2", IMGSVC_MAX_REQUESTS="10")) as server:
        statuses = {server.get(f"/s/w:{width}/plain/local:///cat.png").status_code for width in range(1, 100)}
        log = server.log()

    assert statuses == {200}
    assert (server.process.returncode, "Traceback" in log) == (0, False)


@pytest.mark.slow
def test_a_source_learns_of_the_trace_that_the_client_began():
    parent = "0af7651916cd43dd8448eb211c80319c"
    more = {"OPEN_TELEMETRY_PROPAGATE_EXTERNAL": "1", "ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1"}
    own = {f"IMGSVC_{name}": value for name, value in (more | {"OPEN_TELEMETRY_ENABLE": "1"}).items()}
    with Origin({"*": says(encoded(quadrants()))}) as origin, Server(own) as server:
        server.get(f"/s/w:4/plain/{origin.url('/cat.png')}", traceparent=f"00-{parent}-b7ad6b7169203331-01")

    assert parent in origin.heads[0].lower()
