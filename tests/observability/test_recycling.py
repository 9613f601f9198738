"""An hour's worth of recycling in some seconds, as a real Prometheus sees it."""

import math
import os
import signal
import time
from contextlib import suppress

import pytest
import requests

from imgsvc.telemetry.metrics import METRICS, Kind
from tests.images import encoded, quadrants
from tests.observability.prometheus import Prometheus, needs_prometheus
from tests.observer.observed import eventually
from tests.ports import free_port
from tests.serving.server import Server

pytestmark = [pytest.mark.slow, needs_prometheus]

ROUNDS = 60
REQUESTS_PER_ROUND = 20
COUNTED = {
    series
    for metric in METRICS
    if metric.kind is not Kind.GAUGE
    for series in metric.series
}  # fmt: skip
# The tables' rows, 32 origins with six results each, and three values for each of 14 slots.
MOST_SERIES = 700


def worker(observer: str) -> int:
    """The pid of any one that is not going anyway."""
    found = []

    def look():
        rows = requests.get(f"http://{observer}/status", timeout=10).json()["workers"]
        found[:] = [row["pid"] for row in rows if row["state"] == "idle"]
        return found

    assert eventually(look)
    return found[0]


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """Every sample of every series, after many workers came and went, every fourth round one of them by SIGKILL."""
    folder, observer = tmp_path_factory.mktemp("pictures"), f"127.0.0.1:{free_port()}"
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGSVC_OBSERVER_BIND": observer,
        "IMGSVC_WORKERS": "2",
        "IMGSVC_MAX_REQUESTS": "15",
        "IMGSVC_MAX_REQUESTS_JITTER": "5",
    }
    with Server(settings) as server, Prometheus(observer) as prometheus:
        for number in range(ROUNDS):
            for width in range(1, REQUESTS_PER_ROUND + 1):
                with suppress(requests.RequestException):
                    server.get(f"/_/w:{width}/plain/local:///cat.png")
            if number % 4 == 0:
                os.kill(worker(observer), signal.SIGKILL)
        # Two more scrapes.
        time.sleep(1.5)
        return prometheus.query('{job="imgsvc"}[1h]'), prometheus.query("imgsvc_started_workers_total")


def test_many_workers_came_and_went(scraped):
    assert float(scraped[1][0]["value"][1]) > 30


def test_no_counter_ever_falls(scraped):
    falls = [
        (series["metric"], before, after)
        for series in scraped[0]
        if series["metric"]["__name__"] in COUNTED
        for (_, before), (_, after) in zip(series["values"], series["values"][1:], strict=False)
        if float(after) < float(before)
    ]

    assert falls == []


def test_every_value_is_a_number(scraped):
    values = [(series["metric"], value) for series in scraped[0] for _, value in series["values"]]

    assert [(name, value) for name, value in values if not math.isfinite(float(value))] == []


def test_what_is_declared_is_there(scraped):
    names = {series["metric"]["__name__"] for series in scraped[0]}

    assert {name for metric in METRICS for name in metric.series} <= names


def test_the_series_are_bounded(scraped):
    assert len(scraped[0]) < MOST_SERIES


def test_the_workers_that_were_killed_are_counted(scraped):
    lost = [
        s for s in scraped[0] if s["metric"].get("cause") == "lost" and s["metric"]["__name__"] == "imgsvc_ended_total"
    ]

    assert float(lost[0]["values"][-1][1]) >= 5
