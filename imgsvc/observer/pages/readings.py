"""What each metric's value is, read from a snapshot; the metrics themselves are declared in telemetry/metrics.py."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate

from imgsvc import __version__
from imgsvc.observer.pages.snapshot import Snapshot
from imgsvc.runtime.board.layout import (
    BOUNDS,
    FETCH_ROWS,
    LIFETIME_BOUNDS,
    ORIGINS,
    SPENT_BOUNDS,
    STATES,
    Counter,
    FetchResult,
    Gauge,
    Spent,
    State,
    Tally,
)
from imgsvc.runtime.board.origins import OTHER
from imgsvc.runtime.board.views import HistogramView
from imgsvc.telemetry.metrics import CAUSES, SPANS

IN_HAND = (Gauge.WAITING, Gauge.FETCHING, Gauge.READY)
STAGES = ("queue", "fetch", "header", "decode", "transform", "encode", "send")

Labels = tuple[str, ...]
# Of a histogram: each bound with how many are not above it, and the sum.
Buckets = tuple[list[tuple[str, float]], float]
Sample = tuple[Labels, float | Buckets]
Reading = Callable[[Snapshot], Iterable[Sample]]


def _one(read: Callable[[Snapshot], float]) -> Reading:
    """A metric without labels."""
    return lambda snapshot: [((), read(snapshot))]


def _counter(counter: Counter) -> Reading:
    return _one(lambda snapshot: snapshot.totals.counters[counter])


def _gauge(gauge: Gauge) -> Reading:
    return _one(lambda snapshot: snapshot.totals.gauges[gauge])


def _timed(names: Mapping[str, str]) -> Reading:
    """Histograms of what is timed, by the label that each has."""
    return lambda snapshot: [((label,), _buckets(snapshot.totals.histograms[name])) for name, label in names.items()]


def _formats(tally: Tally) -> Reading:
    return lambda snapshot: [((word,), count) for (of, word), count in snapshot.totals.formats.items() if of is tally]


def _of_workers(read: Callable[[Snapshot, int], float]) -> Reading:
    """A value for each worker, by its slot."""
    return lambda snapshot: [
        ((str(row.number),), read(snapshot, place)) for place, row in enumerate(snapshot.rows) if row.pid
    ]


def _states(snapshot: Snapshot) -> Iterator[Sample]:
    for state in STATES:
        if state is not State.FREE:
            yield (state.value,), sum(row.state is state for row in snapshot.rows)


def _in_hand(snapshot: Snapshot) -> Iterator[Sample]:
    for gauge in IN_HAND:
        yield (gauge.value,), snapshot.totals.gauges[gauge]


def _in_flight(snapshot: Snapshot) -> Iterator[Sample]:
    """By the same names as the fetches that are over; what a worker has no rows for is with the others."""
    counts = dict.fromkeys([*snapshot.origins, OTHER], 0)
    for row in snapshot.rows:
        for fetch in row.fetches:
            counts[fetch.origin if fetch.origin in counts else OTHER] += 1
        if row.fetching > FETCH_ROWS:
            counts[OTHER] += row.fetching - len(row.fetches)
    yield from (((name,), count) for name, count in counts.items())


def _fetches(snapshot: Snapshot) -> Iterator[Sample]:
    """Names that were cut may be the same, and are counted together then."""
    names = [*snapshot.origins, *[OTHER] * (ORIGINS + 1 - len(snapshot.origins))]
    sums: dict[tuple[str, FetchResult], int] = {}
    for (row, result), count in snapshot.totals.fetches.items():
        key = names[row], result
        sums[key] = sums.get(key, 0) + count
    yield from (((name, result.value), count) for (name, result), count in sums.items())


def _lookups(of: str) -> Reading:
    outcomes = ("hit", "renewed", "stale", "miss", "failed", "lost")
    return lambda seen: [((each,), seen.totals.counters[Counter(f"{of}_{each}")]) for each in outcomes]


def _lifetimes(snapshot: Snapshot) -> Iterator[Sample]:
    yield (), _buckets(snapshot.totals.lifetimes, LIFETIME_BOUNDS)


def _spent(spent: Spent) -> Reading:
    """Histograms of what pictures took, of the formats of which there were any."""
    bounds = SPENT_BOUNDS[spent]
    return lambda snapshot: [
        ((word,), _buckets(view, bounds))
        for (of, word), view in snapshot.totals.spent.items()
        if of is spent and any(view.buckets)
    ]


def _time(name: str) -> Reading:
    """The histogram of one thing that is timed."""
    return lambda snapshot: [((), _buckets(snapshot.totals.histograms[name]))]


def _buckets(view: HistogramView, bounds: tuple[float, ...] = BOUNDS) -> Buckets:
    """Cumulative, as the format wants them."""
    return list(zip((*map(str, bounds), "+Inf"), map(float, accumulate(view.buckets)), strict=True)), view.sum_seconds


READINGS: Mapping[str, Reading] = {
    # imgproxy's
    "requests_total": _counter(Counter.REQUESTS),
    "status_codes_total": lambda seen: [((str(code),), count) for code, count in seen.totals.statuses.items()],
    "errors_total": lambda seen: [((name,), count) for name, count in seen.totals.categories.items()],
    "request_duration_seconds": _time("request"),
    "request_span_duration_seconds": _timed(SPANS),
    "workers": _one(lambda seen: seen.wanted),
    "requests_in_progress": _one(lambda seen: seen.in_progress),
    "images_in_progress": _one(lambda seen: seen.in_work),
    "workers_utilization": _one(lambda seen: 100 * seen.wants_workers / seen.wanted if seen.wanted else 0),
    # Of all processes
    "process_resident_memory_bytes": _one(lambda seen: seen.resident_bytes),
    "process_cpu_seconds_total": _one(lambda seen: seen.cpu_seconds),
    "process_start_time_seconds": _one(lambda seen: seen.started),
    # Ours
    "imgsvc_build_info": lambda _seen: [((__version__,), 1)],
    "imgsvc_ready": _one(lambda seen: seen.is_ready),
    "imgsvc_canary_seconds": _one(lambda seen: seen.canary_seconds),
    "imgsvc_canary_age_seconds": _one(lambda seen: seen.canary_age_seconds),
    "imgsvc_overload": _one(lambda seen: seen.is_overloaded),
    "imgsvc_connections_total": _counter(Counter.CONNECTIONS),
    "imgsvc_queue_length": _one(lambda seen: seen.queue_length),
    "imgsvc_queue_age_seconds": _one(lambda seen: seen.queue_age_seconds),
    "imgsvc_requests_in_hand": _in_hand,
    "imgsvc_stage_seconds": _timed({name: name for name in STAGES}),
    "imgsvc_ended_total": lambda seen: [((cause,), seen.totals.counters[Counter(cause)]) for cause in CAUSES],
    "imgsvc_sent_bytes_total": _counter(Counter.BYTES_SENT),
    "imgsvc_cache_lifetime_seconds": _lifetimes,
    "imgsvc_source_images_total": _formats(Tally.SOURCES),
    "imgsvc_result_images_total": _formats(Tally.RESULTS),
    "imgsvc_info_answers_total": _formats(Tally.INFOS),
    "imgsvc_result_store_total": _lookups("result"),
    "imgsvc_source_store_total": _lookups("kept_source"),
    "imgsvc_picture_cpu_seconds": _spent(Spent.CPU),
    "imgsvc_picture_peak_bytes": _spent(Spent.PEAK),
    "imgsvc_fetches_total": _fetches,
    "imgsvc_login_seconds": _time("login"),
    "imgsvc_watermark_fetch_seconds": _time("beside"),
    "imgsvc_fetches_in_flight": _in_flight,
    "imgsvc_held_source_bytes": _gauge(Gauge.HELD_BYTES),
    "imgsvc_lost_fetch_threads": _gauge(Gauge.LOST),
    "imgsvc_fetched_bytes_total": _counter(Counter.BYTES_FETCHED),
    "imgsvc_fallback_missing_total": _counter(Counter.FALLBACK_MISSING),
    "imgsvc_slow_clients": lambda seen: [
        (("reading",), seen.totals.gauges[Gauge.READING]),
        (("sending",), seen.totals.gauges[Gauge.SENDING]),
    ],
    "imgsvc_unsent_bytes": _gauge(Gauge.UNSENT_BYTES),
    "imgsvc_workers_in": _states,
    "imgsvc_oldest_stage_seconds": _one(lambda seen: seen.oldest_stage_seconds),
    "imgsvc_worker_age_seconds": _of_workers(lambda seen, place: max(0.0, seen.now - seen.rows[place].started)),
    "imgsvc_worker_resident_bytes": _of_workers(lambda seen, place: seen.rows[place].resident_bytes),
    "imgsvc_started_workers_total": _one(lambda seen: seen.totals.workers_started),
    "imgsvc_recycled_workers_total": _counter(Counter.RECYCLED),
    "imgsvc_observer_cpu_seconds_total": _one(lambda seen: seen.observer_cpu_seconds),
}
