"""The dashboard for Grafana: its panels as a table, and the JSON that Grafana takes, made by docs/generate.py."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_BUCKETS = "sum by (le) (rate(request_duration_seconds_bucket{OF}[$__rate_interval]))"
_REPLACED = 'imgsvc_ended_total{OF, cause=~"killed|crashed|lost"}'
# Grafana's grid has 24 columns.
_COLUMNS, _ROW_HEIGHT, _HEIGHT = 24, 1, 8


@dataclass(frozen=True, slots=True)
class Panel:
    """Queries with their legends; `OF` in a query stands for the instances that were chosen."""

    title: str
    says: str
    queries: Sequence[tuple[str, str]]
    unit: str = "short"
    width: int = 8
    is_stacked: bool = False
    is_number: bool = False


ROWS: dict[str, Sequence[Panel]] = {
    "Can it do its work?": (
        Panel(
            "Ready",
            "1 while a request that comes now will be served.",
            [("min(imgsvc_ready{OF})", "ready")],
            width=4,
            is_number=True,
        ),
        Panel(
            "Waiting longest",
            "How long the oldest has waited to be accepted, fetched for or made. Over QUEUE_TIMEOUT it is refused.",
            [("max(imgsvc_queue_age_seconds{OF})", "age")],
            unit="s",
            width=4,
            is_number=True,
        ),
        Panel(
            "Longest in one stage",
            "The main thread or fetch that is longest in its stage. Over TIMEOUT something holds it: imgsvc stacks.",
            [("max(imgsvc_oldest_stage_seconds{OF})", "stage")],
            unit="s",
            width=4,
            is_number=True,
        ),
        Panel(
            "Workers by what they do",
            "Their main threads: all of them busy is a full house; all in one stage is a reason to ask why.",
            [("sum by (state) (imgsvc_workers_in{OF})", "{{state}}")],
            width=12,
            is_stacked=True,
        ),
        Panel(
            "Queue",
            "Who waits in all, and where the requests are that workers have accepted. Many that are fetching: a slow"
            " origin; many that are ready: too few cores.",
            [
                ("sum(imgsvc_queue_length{OF})", "all who wait"),
                ("sum by (state) (imgsvc_requests_in_hand{OF})", "{{state}}"),
            ],
        ),
        Panel(
            "Canary",
            "What a tiny picture takes that is asked for every second, and how old the last one is.",
            [("max(imgsvc_canary_seconds{OF})", "took"), ("max(imgsvc_canary_age_seconds{OF})", "age")],
            unit="s",
        ),
        Panel(
            "Utilization",
            "Requests that are made, or wait for that, for each worker; above 100 % some wait.",
            [("avg(workers_utilization{OF})", "utilization")],
            unit="percent",
        ),
    ),
    "Requests": (
        Panel(
            "Answers",
            "By status.",
            [("sum by (status) (rate(status_codes_total{OF}[$__rate_interval])) > 0", "{{status}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "How long a request takes",
            "From its arrival, with the time in the queue.",
            [
                (f"histogram_quantile({share}, {_BUCKETS})", name)
                for share, name in ((0.5, "half"), (0.95, "19 of 20"), (0.99, "99 of 100"))
            ],
            unit="s",
        ),
        Panel(
            "Where the time goes",
            "Seconds of each stage for a second of the clock: as many as there are workers is a full house. "
            "Asking for a store's credentials is part of a fetch; a watermark is fetched beside the source.",
            [
                ("sum by (stage) (rate(imgsvc_stage_seconds_sum{OF}[$__rate_interval]))", "{{stage}}"),
                ("sum(rate(imgsvc_login_seconds_sum{OF}[$__rate_interval])) > 0", "login"),
                ("sum(rate(imgsvc_watermark_fetch_seconds_sum{OF}[$__rate_interval])) > 0", "watermark"),
            ],
            unit="s",
            is_stacked=True,
        ),
        Panel(
            "What ended otherwise than with an answer made and taken",
            "By cause: docs/metrics.md explains each.",
            [("sum by (cause) (rate(imgsvc_ended_total{OF}[$__rate_interval])) > 0", "{{cause}}")],
            unit="reqps",
            width=12,
        ),
        Panel(
            "Errors",
            "By category: docs/errors.md.",
            [
                ("sum by (type) (rate(errors_total{OF}[$__rate_interval])) > 0", "{{type}}"),
                ("sum(rate(imgsvc_fallback_missing_total{OF}[$__rate_interval])) > 0", "without the fallback image"),
            ],
            unit="reqps",
            width=12,
        ),
    ),
    "Clients and sources": (
        Panel(
            "Slow clients",
            "They hold no worker. Many that are being sent to are a hop in front that does not read.",
            [("sum by (doing) (imgsvc_slow_clients{OF})", "{{doing}}")],
        ),
        Panel(
            "Answers not taken",
            "Bytes in memory for slow clients.",
            [("sum(imgsvc_unsent_bytes{OF})", "bytes")],
            unit="bytes",
        ),
        Panel(
            "Bytes",
            "Of sources, and of answers.",
            [
                ("sum(rate(imgsvc_fetched_bytes_total{OF}[$__rate_interval]))", "in"),
                ("sum(rate(imgsvc_sent_bytes_total{OF}[$__rate_interval]))", "out"),
            ],
            unit="Bps",
        ),
        Panel(
            "Fetches",
            "By origin: 32 of them have names.",
            [("sum by (origin) (rate(imgsvc_fetches_total{OF}[$__rate_interval])) > 0", "{{origin}}")],
            unit="reqps",
            width=12,
            is_stacked=True,
        ),
        Panel(
            "Fetches in flight",
            "By origin. A worker has FETCHES for one of them, half of that while others are asked for too.",
            [("sum by (origin) (imgsvc_fetches_in_flight{OF}) > 0", "{{origin}}")],
            width=12,
            is_stacked=True,
        ),
        Panel(
            "Sources in memory",
            "Bytes that are reserved for sources. At WORKERS times MAX_FETCHED_MEGABYTES they are read more slowly.",
            [("sum(imgsvc_held_source_bytes{OF})", "bytes")],
            unit="bytes",
            width=12,
        ),
        Panel(
            "Fetches that gave nothing",
            "By origin and result.",
            [
                (
                    'sum by (origin, result) (rate(imgsvc_fetches_total{OF, result!="ok"}[$__rate_interval])) > 0',
                    "{{origin}} {{result}}",
                )
            ],
            unit="reqps",
            width=12,
        ),
    ),
    "Pictures": (
        Panel(
            "Sources",
            "By format.",
            [("sum by (format) (rate(imgsvc_source_images_total{OF}[$__rate_interval])) > 0", "{{format}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "Results",
            "By format.",
            [("sum by (format) (rate(imgsvc_result_images_total{OF}[$__rate_interval])) > 0", "{{format}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "Questions",
            "Answers of /info, by the format of the source.",
            [("sum by (format) (rate(imgsvc_info_answers_total{OF}[$__rate_interval])) > 0", "{{format}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "Results that were kept",
            "Looks into the store by what they came to: failed, it did not answer; lost, it did not keep a result.",
            [("sum by (outcome) (rate(imgsvc_result_store_total{OF}[$__rate_interval])) > 0", "{{outcome}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "Sources that were kept",
            "The same for SOURCE_STORE, where there was no result.",
            [("sum by (outcome) (rate(imgsvc_source_store_total{OF}[$__rate_interval])) > 0", "{{outcome}}")],
            unit="reqps",
            is_stacked=True,
        ),
        Panel(
            "How long caches may keep an answer",
            "The share of the answers that may be kept at most so long.",
            [
                (
                    "sum by (le) (rate(imgsvc_cache_lifetime_seconds_bucket{OF}[$__rate_interval]))"
                    " / ignoring (le) group_left sum(rate(imgsvc_cache_lifetime_seconds_count{OF}[$__rate_interval]))",
                    "{{le}} s",
                )
            ],
            unit="percentunit",
        ),
        Panel(
            "Processor time of a picture",
            "Of the main thread, on average, by the format of the source.",
            [
                (
                    "sum by (format) (rate(imgsvc_picture_cpu_seconds_sum{OF}[$__rate_interval]))"
                    " / sum by (format) (rate(imgsvc_picture_cpu_seconds_count{OF}[$__rate_interval]))",
                    "{{format}}",
                )
            ],
            unit="s",
            width=12,
        ),
        Panel(
            "Memory of a worker while it makes a picture",
            "At most, of 95 in 100 pictures, by the format of the source: which one makes workers large.",
            [
                (
                    "histogram_quantile(0.95,"
                    " sum by (le, format) (rate(imgsvc_picture_peak_bytes_bucket{OF}[$__rate_interval])))",
                    "{{format}}",
                )
            ],
            unit="bytes",
            width=12,
        ),
    ),
    "Workers": (
        Panel(
            "Memory",
            "Of each worker, after its last request.",
            [("imgsvc_worker_resident_bytes{OF}", "{{instance}} {{slot}}")],
            unit="bytes",
        ),
        Panel(
            "Age",
            "A saw for each slot: a worker is replaced after MAX_REQUESTS.",
            [("imgsvc_worker_age_seconds{OF}", "{{instance}} {{slot}}")],
            unit="s",
        ),
        Panel(
            "Processor time",
            "Of all processes, and of the observer.",
            [
                ("sum by (instance) (rate(process_cpu_seconds_total{OF}[$__rate_interval]))", "{{instance}}"),
                ("sum(rate(imgsvc_observer_cpu_seconds_total{OF}[$__rate_interval]))", "observers"),
            ],
            unit="short",
        ),
        Panel(
            "Workers that were replaced",
            "By plan, and otherwise: killed by the watchdog, crashed, lost to SIGKILL.",
            [
                ("sum(increase(imgsvc_recycled_workers_total{OF}[$__rate_interval]))", "by plan"),
                (f"sum by (cause) (increase({_REPLACED}[$__rate_interval]))", "{{cause}}"),
            ],
            width=24,
        ),
    ),
}  # fmt: skip


def dashboard_page() -> Iterator[str]:
    """The dashboard as Grafana imports it."""
    yield json.dumps(_dashboard(), indent=1) + "\n"


def _dashboard() -> dict[str, Any]:
    return {
        "title": "imgsvc",
        "uid": "imgsvc",
        "description": "Made by docs/dashboard.py; what to do is in docs/runbook.md.",
        "tags": ["imgsvc"],
        "schemaVersion": 39,
        "version": 1,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": list(_variables())},
        "annotations": {"list": []},
        "links": [],
        "panels": list(_panels()),
    }


def _variables() -> Iterator[dict[str, Any]]:
    yield {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}
    yield {
        "name": "instance",
        "type": "query",
        "label": "Instance",
        "datasource": _SOURCE,
        "query": {"query": 'label_values(imgsvc_ready{job="imgsvc"}, instance)', "refId": "instance"},
        "refresh": 2,
        "multi": True,
        "includeAll": True,
        "allValue": ".*",
    }


def _panels() -> Iterator[dict[str, Any]]:
    number, y = 1, 0
    for title, panels in ROWS.items():
        yield {
            "id": number,
            "type": "row",
            "title": title,
            "gridPos": _place(0, y, _COLUMNS, _ROW_HEIGHT),
            "panels": [],
        }
        number, x, y = number + 1, 0, y + _ROW_HEIGHT
        for panel in panels:
            if x + panel.width > _COLUMNS:
                x, y = 0, y + _HEIGHT
            yield {"id": number, "gridPos": _place(x, y, panel.width, _HEIGHT), **_panel(panel)}
            number, x = number + 1, x + panel.width
        y += _HEIGHT


def _place(x: int, y: int, width: int, height: int) -> dict[str, int]:
    return {"x": x, "y": y, "w": width, "h": height}


def _panel(panel: Panel) -> dict[str, Any]:
    stacking = {"mode": "normal" if panel.is_stacked else "none", "group": "A"}
    custom = {"fillOpacity": 20 if panel.is_stacked else 0, "stacking": stacking, "showPoints": "never"}
    return {
        "type": "stat" if panel.is_number else "timeseries",
        "title": panel.title,
        "description": panel.says,
        "datasource": _SOURCE,
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "min": 0, **({} if panel.is_number else {"custom": custom})},
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": chosen(query), "legendFormat": legend}
            for place, (query, legend) in enumerate(panel.queries)
        ],
    }


def chosen(query: str) -> str:
    """The query for the instances that were chosen."""
    return query.replace("{OF", '{job="imgsvc", instance=~"$instance"')
