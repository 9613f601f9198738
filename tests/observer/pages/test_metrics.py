import os

import pytest
from prometheus_client.parser import text_string_to_metric_families

from imgsvc.observer.pages.metrics import exposition
from imgsvc.observer.pages.snapshot import Snapshots
from imgsvc.runtime.board.layout import Counter
from imgsvc.telemetry.metrics import METRICS
from tests.observer.boards import watched

IMGPROXYS = {
    "requests",
    "status_codes",
    "errors",
    "request_duration_seconds",
    "request_span_duration_seconds",
    "workers",
    "requests_in_progress",
    "images_in_progress",
    "workers_utilization",
}


@pytest.fixture
def families(tmp_path):
    monitor, slot = watched(tmp_path, port=1)
    slot.occupy(os.getpid())
    slot.begin("id", 1.0, 2.0)
    slot.count_status(200)
    slot.observe("request", 0.02)
    slot.observe("request", 0.3)
    slot.count(Counter.QUEUE_TOO_OLD)
    text = exposition(Snapshots(monitor).take(), "").decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(family, **labels: str) -> float:
    return next(sample.value for sample in family.samples if sample.labels == labels)


def test_imgproxys_metrics_have_their_names(families):
    assert families.keys() >= IMGPROXYS


def test_everything_that_is_declared_is_exposed_and_nothing_else(families):
    declared = {(metric.name.removesuffix("_total"), metric.kind, metric.sentence) for metric in METRICS}

    assert {(family.name, family.type, family.documentation) for family in families.values()} == declared


def test_answers_are_counted_by_status(families):
    assert value(families["status_codes"], status="200") == 1


def test_buckets_are_cumulative(families):
    buckets = {s.labels["le"]: s.value for s in families["request_duration_seconds"].samples if "le" in s.labels}

    assert (buckets["0.01"], buckets["0.025"], buckets["0.5"], buckets["+Inf"]) == (0, 1, 2, 2)


def test_a_busy_worker_is_an_image_in_progress(families):
    assert value(families["images_in_progress"]) == 1
    assert value(families["workers_utilization"]) == 100


def test_what_ended_early_is_counted_by_its_cause(families):
    assert value(families["imgsvc_ended"], cause="queue_too_old") == 1


def test_a_namespace_comes_before_imgproxys_names_alone(tmp_path):
    text = exposition(Snapshots(watched(tmp_path)[0]).take(), "images").decode()

    assert "\nimages_requests_total" in text
    assert "\nimgsvc_ready" in text
