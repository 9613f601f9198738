import re

import pytest

from imgsvc.runtime.board.layout import Counter, FetchResult
from imgsvc.telemetry.metrics import BY_NAME, CAUSES, METRICS, RESULTS, SPANS, Kind

every_metric = pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
# Counted, but no way for a request to end.
NO_CAUSES = {
    *("connections", "requests", "recycled", "bytes_fetched", "bytes_sent", "bytes_sent_later", "fallback_missing"),
    *(
        f"{store}_{outcome}"
        for store in ("result", "kept_source")
        for outcome in ("hit", "renewed", "stale", "miss", "failed", "lost")
    ),
}


@every_metric
def test_a_name_is_as_prometheus_wants_it(metric):
    assert re.fullmatch(r"[a-z][a-z_]*", metric.name)
    assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)


@every_metric
def test_what_is_not_imgproxys_says_whose_it_is(metric):
    assert metric.is_imgproxys or metric.name.startswith(("imgsvc_", "process_"))


@every_metric
def test_a_metric_is_told_in_a_sentence(metric):
    assert re.match(r"[A-Z1].*[^.]\.$", metric.sentence)


def test_no_name_is_given_twice():
    assert len(BY_NAME) == len(METRICS)


def test_a_histogram_can_be_asked_for_in_three_ways():
    assert BY_NAME["imgsvc_stage_seconds"].series[0] == "imgsvc_stage_seconds_bucket"


def test_every_cause_that_is_counted_is_explained():
    assert set(CAUSES) == set(Counter) - NO_CAUSES
    assert set(RESULTS) == set(FetchResult)


def test_spans_have_imgproxys_names():
    assert set(SPANS.values()) == {"queue", "downloading_source_image", "processing_image"}
