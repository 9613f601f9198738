import threading
import time
from resource import RLIMIT_NPROC

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF

from imgsvc.telemetry.sender import MOST_WAITING, Sender
from tests.exhausted import no_more, told_by
from tests.waiting import eventually


class Exporter:
    """Takes spans, once it may, and answers as it is told."""

    def __init__(self, result=SpanExportResult.SUCCESS, *, is_stuck=False):
        self.result = result
        self.names = []
        self.may = threading.Event()
        if not is_stuck:
            self.may.set()

    def export(self, batch):
        self.may.wait(30)
        self.names += [span.name for span in batch]
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


def tracer_of(sender, sampler=None):
    provider = TracerProvider(shutdown_on_exit=False, sampler=sampler)
    provider.add_span_processor(sender)
    return provider.get_tracer("x")


def spans(sender, count, sampler=None):
    tracer = tracer_of(sender, sampler)
    for number in range(count):
        tracer.start_span(str(number)).end()


def test_spans_are_sent_together():
    exporter = Exporter()
    spans(Sender(exporter), 3)

    assert eventually(lambda: exporter.names == ["0", "1", "2"])


def test_a_worker_that_ends_sends_what_waits():
    exporter = Exporter()
    sender = Sender(exporter)
    spans(sender, 3)
    sender.finish(10)

    assert exporter.names == ["0", "1", "2"]


def test_a_collector_that_hangs_holds_nobody_and_no_more_than_the_queue():
    exporter = Exporter(is_stuck=True)
    sender = Sender(exporter)
    spans(sender, 2 * MOST_WAITING)
    sender.finish(0.1)
    exporter.may.set()

    assert sender.dropped >= MOST_WAITING / 2


@pytest.mark.parametrize("result", [SpanExportResult.FAILURE, OSError("no")], ids=["refused", "unreachable"])
def test_a_collector_that_is_down_is_not_waited_for_and_said_once(result, caplog):
    exporter = Exporter(result)
    sender = Sender(exporter)
    for expected in (1, 2):
        spans(sender, 1)
        assert eventually(lambda expected=expected: sender.dropped == expected)
    sender.finish(10)

    assert [record.getMessage() for record in caplog.records] == ["Traces are not taken, and dropped"]


def test_one_that_is_back_is_said_to_be(caplog):
    exporter = Exporter(SpanExportResult.FAILURE)
    sender = Sender(exporter)
    spans(sender, 1)
    assert eventually(lambda: sender.dropped == 1)
    exporter.result = SpanExportResult.SUCCESS
    spans(sender, 1)

    assert eventually(lambda: caplog.records[-1].getMessage() == "Traces are taken again")


def test_what_is_not_sampled_is_not_sent():
    exporter = Exporter()
    sender = Sender(exporter)
    spans(sender, 3, ALWAYS_OFF)
    sender.finish(10)

    assert exporter.names == []


def test_a_full_queue_is_not_waited_for_at_the_end():
    sender = Sender(Exporter(is_stuck=True))
    spans(sender, 3 * MOST_WAITING)
    began = time.monotonic()
    sender.finish(60)

    assert time.monotonic() - began < 30


def test_a_thread_that_is_refused_costs_no_span_and_is_asked_for_again():
    def work():
        exporter = Exporter()
        sender = Sender(exporter)
        tracer = tracer_of(sender)
        with no_more(RLIMIT_NPROC):
            tracer.start_span("first").end()
        tracer.start_span("second").end()
        sender.finish(10)
        return sender.dropped, exporter.names

    assert told_by(work) == str((0, ["first", "second"]))
