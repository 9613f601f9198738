"""A real Prometheus on the machine, with our rules, while an hour's worth of workers comes and goes in a minute."""

import json
import math
from itertools import takewhile

import pytest

from imgsvc.telemetry.metrics import METRICS, Kind
from tests.vm.conftest import CHECKOUT, DIRECT, configure
from tests.vm.machine import eventually, seen
from tests.vm.test_kills import WORKER

SECONDS = 60
CLIENTS = 4
KILL_EVERY = 4
# As tests/observability/test_recycling.py counts them, for four workers instead of two.
MOST_SERIES = 900
COUNTED = {series for metric in METRICS if metric.kind is not Kind.GAUGE for series in metric.series}
# A minute's load, scraped as often as an hour's.
FASTER = "global: {scrape_interval: 500ms, scrape_timeout: 500ms, evaluation_interval: 1s}\n"


def documented():
    """The lines for Prometheus's own file in docs/operations.md."""
    page = (CHECKOUT / "docs/operations.md").read_text("utf-8")
    lines = page[page.index("    scrape_configs:") :].splitlines()
    block = takewhile(lambda line: not line or line.startswith("    "), lines)
    return "\n".join(line[4:] for line in block).replace("192.0.2.5", "127.0.0.1")


def ask(machine, query):
    text = machine(f"curl -sG --data-urlencode 'query={query}' http://127.0.0.1:9090/api/v1/query")
    return json.loads(text)["data"]["result"]


@pytest.fixture(scope="module")
def scraped(machine):
    """Every sample of every series."""
    machine("apt-get install -y --no-install-recommends prometheus")
    machine.write("/etc/prometheus/prometheus.yml", FASTER + documented())
    configure(machine, "IMGSVC_MAX_REQUESTS=50")
    configure(machine, "IMGSVC_MAX_REQUESTS_JITTER=50")
    machine("systemctl restart imgsvc prometheus")
    assert eventually(lambda: ask(machine, 'up{job="imgsvc"} == 1'))
    load = machine.load(DIRECT, SECONDS, CLIENTS)
    machine(f"for each in $(seq {SECONDS // KILL_EVERY}); do sleep {KILL_EVERY}; kill -9 {WORKER}; done")
    found = seen(load)
    machine("sleep 2")
    series = ask(machine, '{job="imgsvc"}[1h]')
    rules = json.loads(machine("curl -s http://127.0.0.1:9090/api/v1/rules"))["data"]["groups"]
    started = float(ask(machine, "imgsvc_started_workers_total")[0]["value"][1])
    machine("sed -i '/MAX_REQUESTS/d' /etc/imgsvc/imgsvc.env; systemctl restart imgsvc")
    machine("systemctl disable --now prometheus 2>&1")
    return {"seen": found["seen"], "series": series, "rules": rules, "started": started}


def test_many_workers_came_and_went(scraped):
    assert scraped["started"] > 30


def test_each_worker_that_was_killed_cost_what_it_had_in_hand_at_most(scraped):
    failed = sum(scraped["seen"].values()) - scraped["seen"]["200"]

    assert failed <= SECONDS // KILL_EVERY * CLIENTS


def test_no_counter_ever_falls(scraped):
    falls = [
        (series["metric"], before, after)
        for series in scraped["series"]
        if series["metric"]["__name__"] in COUNTED
        for (_, before), (_, after) in zip(series["values"], series["values"][1:], strict=False)
        if float(after) < float(before)
    ]

    assert falls == []


def test_every_value_is_a_number(scraped):
    assert all(math.isfinite(float(value)) for series in scraped["series"] for _, value in series["values"])


def test_the_series_are_bounded(scraped):
    assert len({json.dumps(series["metric"], sort_keys=True) for series in scraped["series"]}) < MOST_SERIES


def test_every_rule_is_evaluated(scraped):
    rules = [rule for group in scraped["rules"] for rule in group["rules"]]

    assert rules
    assert [rule["name"] for rule in rules if rule["health"] != "ok"] == []
