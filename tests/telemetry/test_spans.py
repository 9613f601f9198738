import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from imgsvc.errors import SourceTimeoutError
from imgsvc.telemetry.settings import TraceSettings
from imgsvc.telemetry.spans import SpanTraces, XrayIds
from tests.interpreter import at_once
from tests.telemetry.receivers import Receiver, spans_of
from tests.waiting import eventually

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def collector():
    with Receiver(ExportTraceServiceRequest.FromString) as receiver:
        yield receiver


def traces_to(collector, **settings):
    endpoint = f"http://127.0.0.1:{collector.port}"
    return SpanTraces(TraceSettings(open_telemetry_enable=True, otel_exporter_otlp_endpoint=endpoint, **settings))


def sent(collector, count):
    """The spans by their names, once there are so many."""
    assert eventually(lambda: len(spans_of(collector)) >= count)
    return {span.name: span for span in spans_of(collector)}


def test_a_request_is_a_span_and_so_is_each_stage(collector):
    trace = traces_to(collector).begin({}, time.monotonic() - 1)
    for stage in ("fetch", "decode"):
        trace.enter(stage)
        trace.leave(stage, None)
    trace.end({"http.method": "GET"}, 200, None)
    spans = sent(collector, 4)

    assert set(spans) == {"/request", "queue", "downloading_source_image", "decode"}
    assert {span.parent_span_id for name, span in spans.items() if name != "/request"} == {spans["/request"].span_id}
    assert spans["queue"].end_time_unix_nano - spans["queue"].start_time_unix_nano >= 10**9


def test_a_login_is_a_span_within_the_fetch_which_goes_on(collector):
    trace = traces_to(collector, open_telemetry_propagate_external=True).begin({}, time.monotonic())
    trace.enter("fetch")
    before = trace.headers()
    trace.enter("login", "desk.example")
    trace.leave("login", SourceTimeoutError("slow"))
    after = trace.headers()
    trace.leave("fetch", None)
    trace.end({}, 200, None)
    spans = sent(collector, 4)

    assert spans["login"].parent_span_id == spans["downloading_source_image"].span_id
    assert [(each.key, each.value.string_value) for each in spans["login"].attributes] == [
        ("net.peer.name", "desk.example")
    ]
    assert before == after
    assert spans["downloading_source_image"].status.code == 0


def test_what_went_on_beside_is_a_span_of_the_request_between_its_moments(collector):
    now = time.monotonic()
    trace = traces_to(collector).begin({}, now - 2)
    trace.beside("downloading_watermark", "marks.example", now - 1, now, SourceTimeoutError("slow"))
    trace.end({}, 504, None)
    spans = sent(collector, 3)
    span = spans["downloading_watermark"]

    assert span.parent_span_id == spans["/request"].span_id
    assert span.end_time_unix_nano - span.start_time_unix_nano == pytest.approx(10**9, rel=0.01)
    assert (span.attributes[0].value.string_value, span.status.code) == ("marks.example", 2)


def test_one_that_began_before_the_request_is_shown_from_there_on(collector):
    now = time.monotonic()
    trace = traces_to(collector).begin({}, now)
    trace.beside("downloading_watermark", "marks.example", now - 60, now + 1, None)
    trace.end({}, 200, None)
    spans = sent(collector, 3)

    assert spans["downloading_watermark"].start_time_unix_nano == spans["/request"].start_time_unix_nano


def test_threads_that_are_first_at_once_share_a_way_to_the_collector(collector):
    traces = traces_to(collector)

    tracers = at_once(lambda _: traces._tracer(), 32)

    assert len({id(each.result()) for each in tracers}) == 1


def test_each_wait_is_a_span_of_its_own(collector):
    trace = traces_to(collector).begin({}, time.monotonic() - 1)
    for stage in ("fetch", "decode"):
        trace.enter(stage)
        trace.leave(stage, None)
        trace.waits()
    trace.goes_on()
    trace.end({}, 200, None)
    sent(collector, 6)
    waits = [span for span in spans_of(collector) if span.name == "queue"]
    fetch = next(span for span in spans_of(collector) if span.name == "downloading_source_image")

    assert len(waits) == 3
    assert waits[0].end_time_unix_nano <= fetch.start_time_unix_nano
    assert fetch.end_time_unix_nano <= waits[1].start_time_unix_nano <= waits[1].end_time_unix_nano


def test_who_is_given_up_while_he_waits_waited_until_then(collector):
    trace = traces_to(collector).begin({}, time.monotonic())
    trace.enter("fetch")
    trace.leave("fetch", None)
    trace.waits()
    trace.end({}, 503, None)
    sent(collector, 4)

    assert len([span for span in spans_of(collector) if span.name == "queue"]) == 2


def test_a_trace_goes_on_where_its_client_began_it(collector):
    trace = traces_to(collector).begin({"traceparent": PARENT}, time.monotonic())
    trace.end({}, 200, None)
    root = sent(collector, 2)["/request"]

    assert (root.trace_id.hex(), root.parent_span_id.hex()) == (PARENT[3:35], PARENT[36:52])
    assert trace.trace_id == PARENT[3:35]


def test_whatever_a_client_says_of_its_trace_there_is_one():
    traces = SpanTraces(TraceSettings(open_telemetry_enable=True, open_telemetry_propagate_external=True))

    @given(st.dictionaries(st.sampled_from(["traceparent", "tracestate", "baggage"]), st.text(max_size=80)))
    def begin(said):
        trace = traces.begin({"traceparent": PARENT} | said, time.monotonic())
        assert len(trace.trace_id) == 32
        assert set(trace.headers()) <= {"traceparent", "tracestate"}

    begin()


def test_a_client_that_does_not_want_it_gets_none(collector):
    traces = traces_to(collector)
    traces.begin({"traceparent": PARENT[:-1] + "0"}, time.monotonic()).end({}, 200, None)
    traces.begin({}, time.monotonic()).end({}, 200, None)

    assert PARENT[3:35] not in {span.trace_id.hex() for span in sent(collector, 2).values()}


def test_sources_are_told_of_the_fetch_where_that_is_wanted(collector):
    trace = traces_to(collector, open_telemetry_propagate_external=True).begin({}, time.monotonic())
    trace.enter("fetch")
    headers = trace.headers()
    trace.leave("fetch", None)
    trace.end({}, 200, None)
    spans = sent(collector, 3)

    assert headers["traceparent"].split("-")[1:3] == [
        spans["/request"].trace_id.hex(),
        spans["downloading_source_image"].span_id.hex(),
    ]


def test_sources_are_told_nothing_by_default(collector):
    assert traces_to(collector).begin({}, time.monotonic()).headers() == {}


def test_an_error_is_told_without_its_query(collector):
    trace = traces_to(collector).begin({}, time.monotonic())
    error = SourceTimeoutError("https://x/cat.png?token=hush")
    trace.enter("fetch")
    trace.leave("fetch", error)
    trace.end({}, 504, error)
    spans = sent(collector, 3)
    (event,) = spans["/request"].events

    assert (event.name, event.attributes[0].value.string_value) == ("exception", "timeout_error (SourceTimeoutError)")
    assert spans["/request"].status.code == spans["downloading_source_image"].status.code == 2
    assert "hush" not in str(spans)


def test_what_is_the_clients_doing_is_no_error_of_the_server(collector):
    trace = traces_to(collector).begin({}, time.monotonic())
    trace.end({}, 404, SourceTimeoutError("x"))

    assert sent(collector, 2)["/request"].status.code == 0


def test_a_trace_that_does_not_end_is_not_sent(collector):
    traces = traces_to(collector)
    traces.begin({}, time.monotonic()).trace_id  # noqa: B018
    traces.begin({}, time.monotonic()).end({}, 200, None)

    assert len(sent(collector, 2)) == 2


def test_a_stage_that_never_began_need_not_end(collector):
    trace = traces_to(collector).begin({}, time.monotonic())
    trace.leave("fetch", None)
    trace.end({}, 200, None)

    assert set(sent(collector, 2)) == {"/request", "queue"}


def test_a_trace_ends_once(collector):
    trace = traces_to(collector).begin({}, time.monotonic())
    trace.end({}, 200, None)
    trace.end({}, 500, None)

    assert sent(collector, 2)["/request"].attributes[0].value.int_value == 200


def test_headers_for_the_collector_are_sent(collector):
    traces = traces_to(collector, otel_exporter_otlp_headers="x-token=a%20b,x-other=c", otel_service_name="pictures")
    traces.begin({}, time.monotonic()).end({}, 200, None)
    sent(collector, 2)
    resource = collector.received[0].resource_spans[0].resource

    assert (collector.headers[0]["x-token"], collector.headers[0]["x-other"]) == ("a b", "c")
    assert ("service.name", "pictures") in {(each.key, each.value.string_value) for each in resource.attributes}


def test_the_ids_that_x_ray_takes_begin_with_the_time():
    ids = XrayIds()

    assert abs((ids.generate_trace_id() >> 96) - time.time()) < 5
    assert ids.generate_span_id() < 1 << 64
    assert ids.is_trace_id_random()
