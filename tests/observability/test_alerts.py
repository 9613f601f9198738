"""The alert rules and the dashboard say only what is there, and everything that an alert promises is in the runbook."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from docs.dashboard import ROWS
from imgsvc.cli import main
from imgsvc.config import known_variables
from imgsvc.telemetry.metrics import CAUSES, METRICS
from tests.images import encoded, noise, quadrants
from tests.misbehaving import Origin, says
from tests.observability.prometheus import PROMTOOL, Prometheus, needs_prometheus
from tests.observer.observed import eventually
from tests.ports import free_port
from tests.serving.server import Server

ROOT = Path(__file__).parents[2]
RULES = ROOT / "observability" / "alerts.yml"
DASHBOARD = ROOT / "observability" / "dashboard.json"
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text("utf-8")
KNOWN = {series for metric in METRICS for series in metric.series}
ALERTS = re.findall(r"alert: (\w+)", RULES.read_text("utf-8"))

every_alert = pytest.mark.parametrize("alert", ALERTS)


def named(text):
    """The metrics that queries ask for: every one of ours has a selector."""
    return set(re.findall(r"\b([a-z_]+)\{job=", text))


def queries():
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [target["expr"] for panel in panels for target in panel.get("targets", ())]


def test_the_rules_ask_for_metrics_that_there_are():
    assert named(RULES.read_text("utf-8")) - {"up"} <= KNOWN


def test_the_dashboard_asks_for_metrics_that_there_are():
    assert set().union(*map(named, queries())) <= KNOWN
    assert all(map(named, queries()))


def test_every_metric_of_ours_is_seen_somewhere():
    shown = named(" ".join(queries())) | named(RULES.read_text("utf-8"))
    left_out = {"imgsvc_build_info", "requests_total", "images_in_progress", "requests_in_progress", "imgsvc_overload"}
    # A histogram is seen in one of its three ways; imgproxy's spans are for imgproxy's dashboards.
    left_out |= {"request_span_duration_seconds", "process_resident_memory_bytes", "imgsvc_started_workers_total"}

    assert {metric.name for metric in METRICS if not shown & set(metric.series)} == left_out


@every_alert
def test_an_alert_names_its_section_of_the_runbook(alert):
    assert f"runbook: docs/runbook.md#{alert.lower()}\n" in RULES.read_text("utf-8")
    assert re.search(rf"^### {alert}$", RUNBOOK, re.MULTILINE)


def test_the_runbook_has_no_alert_that_is_not_there():
    assert re.findall(r"^### (Imgsvc\w+)$", RUNBOOK, re.MULTILINE) == ALERTS


def test_what_the_runbook_names_is_there():
    metrics = set(re.findall(r"imgsvc_[a-z_]+", RUNBOOK))
    commands = set(re.findall(r"`imgsvc (\w+)", RUNBOOK))
    # What an `=` follows is a field of the journal.
    settings = set(re.findall(r"\b[A-Z]+_[A-Z_]+[A-Z]\b(?!=)", RUNBOOK))
    causes = set(re.findall(r"`([a-z]+_[a-z_]+)`", RUNBOOK)) - metrics

    assert metrics <= KNOWN
    assert commands <= set(main.commands)
    assert {name for name in settings if not {name, f"IMGSVC_{name}"} & known_variables()} == set()
    assert causes - {"client_ip"} <= set(CAUSES)


def test_every_panel_that_the_runbook_names_is_there():
    titles = {panel.title for panels in ROWS.values() for panel in panels}

    assert set(re.findall(r"panel \*([^*]+)\*", RUNBOOK)) <= titles


def test_a_panel_s_place_is_its_own():
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    places = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]

    assert len(places) == len(set(places))
    assert max(x for x, _ in places) < 24


@needs_prometheus
@pytest.mark.parametrize("arguments", [["check", "rules"], ["test", "rules"]], ids=" ".join)
def test_promtool_is_content(arguments, tmp_path):
    tests = tmp_path / "alerts.test.yml"
    text = (Path(__file__).parent / "alerts.test.yml").read_text("utf-8")
    tests.write_text(text.replace("RULES", str(RULES)))
    file = RULES if arguments[0] == "check" else tests

    done = subprocess.run([str(PROMTOOL), *arguments, str(file)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not PROMTOOL, reason="there is no promtool here: apt-get install prometheus")
@every_alert
def test_an_alert_is_tested_both_ways(alert):
    text = (Path(__file__).parent / "alerts.test.yml").read_text("utf-8")

    assert f"alertname: {alert}, exp_alerts: []" in text
    assert f'alertname="{alert}"' in text


@pytest.fixture(scope="module")
def scraped(tmp_path_factory):
    """A Prometheus with the rules, of a server that has made pictures and failed at some, and 25 who do not read."""
    folder, observer = tmp_path_factory.mktemp("pictures"), f"127.0.0.1:{free_port()}"
    (folder / "large.bmp").write_bytes(encoded(noise(2000, 1500), "bmp"))
    settings = {
        "IMGSVC_LOCAL_FILESYSTEM_ROOT": str(folder),
        "IMGSVC_OBSERVER_BIND": observer,
        "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "1",
        "IMGSVC_WRITE_RESPONSE_TIMEOUT": "1",
    }
    answers = {"*": says(encoded(quadrants())), "/not": says(b"", 404)}
    with Origin(answers) as origin, Server(settings) as server, Prometheus(observer, RULES) as prometheus:
        for path in ("/cat.png", "/not"):
            server.get(f"/_/w:4/plain/{origin.url(path)}")
        leaks = [server.connect(receive_buffer=4096) for _ in range(25)]
        for leak in leaks:
            leak.sendall(b"GET /_/w:0/plain/local:///large.bmp@bmp HTTP/1.1\r\nHost: x\r\n\r\n")
        yield prometheus
        for leak in leaks:
            leak.close()


@pytest.mark.slow
@needs_prometheus
@pytest.mark.parametrize("title", [panel.title for panels in ROWS.values() for panel in panels])
def test_a_panel_s_queries_can_be_asked(scraped, title):
    panels = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    panel = next(panel for panel in panels if panel["title"] == title)
    asked = [target["expr"].replace("$__rate_interval", "1m").replace("$instance", ".*") for target in panel["targets"]]

    # Some have nothing to show, and say nothing; ValueError: Prometheus does not understand one.
    assert [query for query in asked if scraped.query(query) is None] == []


@pytest.mark.slow
@needs_prometheus
def test_the_incident_is_an_alert_about_the_clients_and_not_about_the_server(scraped):
    assert eventually(lambda: "ImgsvcClientsDoNotRead" in scraped.firing())
    assert not scraped.firing() & {"ImgsvcNotReady", "ImgsvcDown", "ImgsvcStageStuck", "ImgsvcWorkersLost"}
