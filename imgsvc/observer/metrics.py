"""The exposition: the scoreboard's numbers under imgproxy's names, and what imgproxy has no name for under ours."""

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from imgsvc.observer.monitor import Monitor
from imgsvc.runtime.layout import BOUNDS, BUSY, STATES, Counter, State
from imgsvc.runtime.views import HistogramView, Totals

# COMPAT: imgproxy's spans; stages that it does not tell apart keep our names.
_SPANS = {"queue": "queue", "fetch": "downloading_source_image"}
_STAGES = ("queue", "fetch", "header", "decode", "transform", "encode", "send")
# What requests came to an end by, beside their statuses.
_NO_CAUSES = frozenset({Counter.CONNECTIONS, Counter.REQUESTS, Counter.RECYCLED})
_CAUSES = tuple(each for each in Counter if each not in _NO_CAUSES and not each.startswith("bytes_"))


def exposition(monitor: Monitor, namespace: str) -> bytes:
    """Everything, as text for Prometheus; names of imgproxy's metrics begin with the namespace if there is one."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Board(monitor, f"{namespace}_" if namespace else ""))
    return generate_latest(registry)


class _Board(Collector):
    def __init__(self, monitor: Monitor, prefix: str) -> None:
        self._monitor, self._prefix = monitor, prefix

    def collect(self) -> Iterator[Metric]:
        totals = self._monitor.board.totals()
        yield from _imgproxys(self._monitor, totals, self._prefix)
        yield from _counted(totals)
        yield from _now(self._monitor, totals)


def _imgproxys(monitor: Monitor, totals: Totals, prefix: str) -> Iterator[Metric]:
    rows = monitor.board.rows()
    busy = sum(row.state in BUSY for row in rows)
    waiting = monitor.queue_length() or 0
    wanted = monitor.board.wanted or len(rows)
    yield _counter(f"{prefix}requests", "Requests that a worker began.", totals.counters[Counter.REQUESTS])
    yield _labeled(f"{prefix}status_codes", "Answers.", "status", {str(k): v for k, v in totals.statuses.items()})
    yield _labeled(f"{prefix}errors", "Errors.", "type", dict(totals.categories))
    request = HistogramMetricFamily(f"{prefix}request_duration_seconds", "From a request's arrival to its end.")
    request.add_metric([], *_histogram(totals.histograms["request"]))
    yield request
    spans = HistogramMetricFamily(f"{prefix}request_span_duration_seconds", "Where the time went.", labels=["span"])
    for stage in _STAGES:
        spans.add_metric([_SPANS.get(stage, stage)], *_histogram(totals.histograms[stage]))
    yield spans
    yield _gauge(f"{prefix}workers", "Workers that there should be.", wanted)
    yield _gauge(f"{prefix}requests_in_progress", "Requests in work, and waiting for a worker.", busy + waiting)
    yield _gauge(f"{prefix}images_in_progress", "Requests in work.", busy)
    utilization = 100 * (busy + waiting) / wanted if wanted else 0
    yield _gauge(f"{prefix}workers_utilization", "Requests in progress for each worker, in percent.", utilization)


def _counted(totals: Totals) -> Iterator[Metric]:
    causes = {cause.value: totals.counters[cause] for cause in _CAUSES}
    yield _labeled("imgsvc_ended", "What ended early, by cause.", "cause", causes)
    sent = totals.counters[Counter.BYTES_SENT] + totals.counters[Counter.BYTES_SENT_LATER]
    yield _counter("imgsvc_sent_bytes", "Bytes of answers that clients took.", sent)
    yield _counter("imgsvc_fetched_bytes", "Bytes of sources.", totals.counters[Counter.BYTES_FETCHED])
    yield _counter("imgsvc_recycled_workers", "Workers replaced by plan.", totals.counters[Counter.RECYCLED])
    yield _counter("imgsvc_started_workers", "Workers that there have been.", totals.workers_started)


def _now(monitor: Monitor, totals: Totals) -> Iterator[Metric]:
    rows = monitor.board.rows()
    states = {state.value: float(sum(row.state is state for row in rows)) for state in STATES if state != State.FREE}
    yield _gauge("imgsvc_ready", "1 while a request that comes now will be served.", monitor.readiness.is_ready)
    yield _gauge("imgsvc_canary_seconds", "What the last canary took.", monitor.canary.seconds)
    queue = monitor.queue_length()
    if queue is not None:
        yield _gauge("imgsvc_accept_queue", "Connections that wait for a worker.", queue)
    oldest = max((row.seconds() for row in rows if row.state in BUSY), default=0.0)
    yield _gauge("imgsvc_oldest_stage_seconds", "How long the worker that is stuck longest is in its stage.", oldest)
    by_state = GaugeMetricFamily("imgsvc_workers_in", "Workers by what they do.", labels=["state"])
    for state, count in states.items():
        by_state.add_metric([state], count)
    yield by_state
    for gauge, value in totals.gauges.items():
        yield _gauge(f"imgsvc_connections_{gauge}", "Of the connection threads.", value)
    yield _gauge("imgsvc_resident_bytes", "Memory of all workers.", sum(row.resident_bytes for row in rows))
    yield _gauge("imgsvc_observer_cpu_seconds", "Processor time of the observer.", sum(os.times()[:2]))


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(name, text, value=value)


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _labeled(name: str, text: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _histogram(view: HistogramView) -> tuple[list[tuple[str, float]], float]:
    """Cumulative buckets, as the format wants them, and the sum."""
    total, buckets = 0, []
    for bound, count in zip((*map(str, BOUNDS), "+Inf"), view.buckets, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets, view.sum_seconds
