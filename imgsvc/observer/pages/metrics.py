"""The exposition: the table of metrics, each with its readings, as text for Prometheus."""

from collections.abc import Callable, Iterator
from typing import Any, cast

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from imgsvc.observer.pages.readings import READINGS
from imgsvc.observer.pages.snapshot import Snapshot
from imgsvc.telemetry.metrics import METRICS, Kind, Metric

_FAMILIES: dict[Kind, Callable[..., Any]] = {
    Kind.COUNTER: CounterMetricFamily,
    Kind.GAUGE: GaugeMetricFamily,
    Kind.HISTOGRAM: HistogramMetricFamily,
}


def exposition(snapshot: Snapshot, namespace: str) -> bytes:
    """Everything, as text for Prometheus; names of imgproxy's metrics begin with the namespace if there is one."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Board(snapshot, f"{namespace}_" if namespace else ""))
    return generate_latest(registry)


class _Board(Collector):
    def __init__(self, snapshot: Snapshot, prefix: str) -> None:
        self._snapshot, self._prefix = snapshot, prefix

    def collect(self) -> Iterator[Family]:
        for metric in METRICS:
            yield _family(metric, self._prefix if metric.is_imgproxys else "", self._snapshot)


def _family(metric: Metric, prefix: str, snapshot: Snapshot) -> Family:
    family: Any = _FAMILIES[metric.kind](prefix + metric.name, metric.sentence, labels=metric.labels)
    for labels, value in READINGS[metric.name](snapshot):
        if isinstance(value, tuple):
            family.add_metric(labels, *value)
        else:
            family.add_metric(labels, value)
    return cast("Family", family)
