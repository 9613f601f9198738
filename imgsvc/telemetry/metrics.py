"""Every metric, declared once: the exporter, docs/metrics.md, the alerts and the dashboard name what is here.

What reads a metric's value stands in observer/pages/readings.py, under the same name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Prometheus's kinds: a counter never falls, a gauge may, a histogram is a counter for each bucket."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as it is exposed; `is_imgproxys` ones begin with PROMETHEUS_NAMESPACE where that is set."""

    name: str
    kind: Kind
    sentence: str
    labels: tuple[str, ...] = ()
    is_imgproxys: bool = False

    @property
    def series(self) -> tuple[str, ...]:
        """The names under which it can be asked for, without a namespace."""
        if self.kind is Kind.HISTOGRAM:
            return tuple(f"{self.name}_{end}" for end in ("bucket", "sum", "count"))
        return (self.name,)


_COUNTER, _GAUGE, _HISTOGRAM = Kind


def _imgproxys(name: str, kind: Kind, sentence: str, *labels: str) -> Metric:
    return Metric(name, kind, sentence, labels, is_imgproxys=True)


def _ours(name: str, kind: Kind, sentence: str, *labels: str) -> Metric:
    return Metric(name, kind, sentence, labels)


METRICS: tuple[Metric, ...] = (
    # COMPAT: imgproxy's monitoring/prometheus has these.
    _imgproxys("requests_total", _COUNTER, "Requests that a worker began, the observer's canaries among them."),
    _imgproxys(
        "status_codes_total", _COUNTER, "Answers by status; a rare one is counted in the last of its hundred.", "status"
    ),
    _imgproxys("errors_total", _COUNTER, "Errors by their category in docs/errors.md.", "type"),
    _imgproxys("request_duration_seconds", _HISTOGRAM, "From a request's arrival to its end."),
    _imgproxys("request_span_duration_seconds", _HISTOGRAM, "Where the time went, by imgproxy's spans.", "span"),
    _imgproxys("workers", _GAUGE, "Workers that there should be."),
    _imgproxys("requests_in_progress", _GAUGE, "Requests in work, and waiting for an origin or a worker."),
    _imgproxys("images_in_progress", _GAUGE, "Requests in work: their source is fetched, or their picture made."),
    _imgproxys(
        "workers_utilization",
        _GAUGE,
        "Requests whose picture is made, or that wait for that, for each worker, in percent; those that wait push it"
        " above 100, sources that are being fetched do not.",
    ),
    # As client libraries call them
    _ours("process_resident_memory_bytes", _GAUGE, "Memory of the arbiter and all workers."),
    _ours("process_cpu_seconds_total", _COUNTER, "Processor time of the arbiter and all workers that there have been."),
    _ours("process_start_time_seconds", _GAUGE, "When the server was started, in Unix seconds."),
    # Can it do its work?
    _ours("imgsvc_build_info", _GAUGE, "1; the label is what matters.", "version"),
    _ours("imgsvc_ready", _GAUGE, "1 while a request that comes now will be served."),
    _ours("imgsvc_canary_seconds", _GAUGE, "What the last canary took that came back."),
    _ours(
        "imgsvc_canary_age_seconds", _GAUGE, "Since the last canary was sent that came back; one is sent every second."
    ),
    _ours(
        "imgsvc_overload",
        _GAUGE,
        "1 while what comes is refused at once, because more waits than can be served in time.",
    ),
    # The queue
    _ours("imgsvc_connections_total", _COUNTER, "Connections that were taken out of the accept queue."),
    _ours(
        "imgsvc_queue_length",
        _GAUGE,
        "Who waits: to be accepted, for a fetch to begin, or for the main thread of a worker; on a unix socket without"
        " the first, of whom nobody can tell.",
    ),
    _ours(
        "imgsvc_queue_age_seconds",
        _GAUGE,
        "How long the one of these has waited that has waited longest.",
    ),
    _ours(
        "imgsvc_requests_in_hand",
        _GAUGE,
        "Requests in workers' hands: waiting for their fetch to begin, fetching, ready for the main thread.",
        "state",
    ),
    # Requests
    _ours("imgsvc_stage_seconds", _HISTOGRAM, "Where the time went, stage by stage.", "stage"),
    _ours(
        "imgsvc_ended_total", _COUNTER, "What ended otherwise than with an answer made and taken, by cause.", "cause"
    ),
    _ours("imgsvc_sent_bytes_total", _COUNTER, "Bytes of answers that were handed to the kernel."),
    _ours("imgsvc_cache_lifetime_seconds", _HISTOGRAM, "How long caches may keep an answer, by its Cache-Control."),
    _ours("imgsvc_source_images_total", _COUNTER, "Renditions by the format of their source.", "format"),
    _ours("imgsvc_result_images_total", _COUNTER, "Renditions by their own format.", "format"),
    _ours("imgsvc_info_answers_total", _COUNTER, "Answers of /info by the format of their source.", "format"),
    _ours(
        "imgsvc_picture_cpu_seconds",
        _HISTOGRAM,
        "Processor time that a rendition took of its worker's main thread, by the format of its source.",
        "format",
    ),
    _ours(
        "imgsvc_picture_peak_bytes",
        _HISTOGRAM,
        "The most memory that a worker had while it made a rendition, by the format of its source: what it keeps for"
        " later and the sources that wait for it included.",
        "format",
    ),
    _ours(
        "imgsvc_result_store_total",
        _COUNTER,
        "What looks into RESULT_STORE came to: hit; renewed, where the source said that it holds; stale, where the"
        " source could not be asked; miss; failed, where the store could not be asked, or did not answer in time. And"
        " lost: results that could not be kept.",
        "outcome",
    ),
    _ours(
        "imgsvc_source_store_total",
        _COUNTER,
        "The same of SOURCE_STORE, which is looked into where RESULT_STORE has no result that is good.",
        "outcome",
    ),
    # Sources
    _ours(
        "imgsvc_fetches_total",
        _COUNTER,
        "Fetches by origin and result, who gives the credentials for a store being one; 32 origins have names, all the"
        " others are `other`.",
        "origin",
        "result",
    ),
    _ours(
        "imgsvc_login_seconds",
        _HISTOGRAM,
        "What each asking for a store's credentials took, which is part of the fetch that waited for them.",
    ),
    _ours(
        "imgsvc_watermark_fetch_seconds",
        _HISTOGRAM,
        "What each fetch of a watermark or a fallback image that a URL names took, beside its picture's source.",
    ),
    _ours("imgsvc_fetches_in_flight", _GAUGE, "Fetches that have begun and are not over, by origin.", "origin"),
    _ours(
        "imgsvc_held_source_bytes",
        _GAUGE,
        "Bytes of memory that sources have reserved, beyond the first MiB of each; see MAX_FETCHED_MEGABYTES.",
    ),
    _ours(
        "imgsvc_lost_fetch_threads",
        _GAUGE,
        "Fetch threads that did not come back within twice TIMEOUT; a worker that has lost half of them is replaced.",
    ),
    _ours("imgsvc_fetched_bytes_total", _COUNTER, "Bytes of sources, unpacked."),
    _ours(
        "imgsvc_fallback_missing_total",
        _COUNTER,
        "Errors answered without the fallback image, which could not be had when the server started, nor since then.",
    ),
    # Clients that are slow
    _ours(
        "imgsvc_slow_clients",
        _GAUGE,
        "Connections that are waited for beside the work: reading their requests, sending their answers.",
        "doing",
    ),
    _ours("imgsvc_unsent_bytes", _GAUGE, "Bytes of answers that slow clients have not taken."),
    # Workers
    _ours("imgsvc_workers_in", _GAUGE, "Workers by what they do.", "state"),
    _ours(
        "imgsvc_oldest_stage_seconds",
        _GAUGE,
        "How long the main thread or the fetch that is longest in its stage has been there.",
    ),
    _ours("imgsvc_worker_age_seconds", _GAUGE, "How long the worker in this slot of the scoreboard has lived.", "slot"),
    _ours("imgsvc_worker_resident_bytes", _GAUGE, "Memory of the worker in this slot, after its last request.", "slot"),
    _ours("imgsvc_started_workers_total", _COUNTER, "Workers that there have been."),
    _ours(
        "imgsvc_recycled_workers_total",
        _COUNTER,
        "Workers that were replaced by plan: MAX_REQUESTS, MAX_WORKER_MEGABYTES, lost fetch threads.",
    ),
    _ours("imgsvc_observer_cpu_seconds_total", _COUNTER, "Processor time of the observer itself."),
)

BY_NAME: Mapping[str, Metric] = {each.name: each for each in METRICS}

# COMPAT: imgproxy's spans, by what is timed here; the name in its traces too.
SPANS: Mapping[str, str] = {
    "queue": "queue",
    "fetch": "downloading_source_image",
    "processing": "processing_image",
}

# The values of `cause`.
CAUSES: Mapping[str, str] = {
    "queue_too_old": "It waited longer than QUEUE_TIMEOUT to be accepted, or for a worker's main thread: 503.",
    "overload": "It came while more were waiting than can be served in time: 503 at once.",
    "queue_client_gone": "Its client left while it waited, or while its source was fetched: nothing was made.",
    "client_gone": "Its client left while it was in work: what was left was not done.",
    "deadline": "TIMEOUT passed between two steps: 503.",
    "source_timeout": "The source did not come within DOWNLOAD_TIMEOUT: 504.",
    "origin_busy": "Its origin had all the fetches that it may have, and would come to it too late: 503 at once.",
    "origin_queue_too_old": "It waited QUEUE_TIMEOUT for its origin, of which too little was known to refuse it: 503.",
    "origin_down": "Its origin had not answered for some time: 504 at once.",
    "quarantined": "Its source had ended workers before: 422 at once.",
    "header_timeout": "Its headers did not come within READ_REQUEST_TIMEOUT: 408.",
    "header_gone": "Its client left before its headers were there.",
    "write_timeout": "Its client did not take the answer in WRITE_RESPONSE_TIMEOUT, or too slowly: reset.",
    "write_gone": "Its client left before it had taken the whole answer.",
    "evicted": "There were more slow clients, or more bytes for them, than a worker holds: the oldest went.",
    "killed": "A native call went on after the deadline: 503, and the watchdog ended the worker.",
    "unreadable": "It was no request that can be read: 400, 414, 417 or 431.",
    "failed": "It failed outside the application: 500, and the stack is logged.",
    "worker_ended": "It waited in the hands of a worker that the watchdog ended, or whose time to stop was over: 503.",
    "crashed": "A worker ended inside native code.",
    "lost": "A worker was ended by SIGKILL: by the kernel where memory ran out, or by hand.",
}

# The values of `result`.
RESULTS: Mapping[str, str] = {
    "ok": "An image or credentials came, or the word that the client's is still good.",
    "status": "Another status came.",
    "timeout": "Nothing came in time.",
    "failed": "It could not be reached, or broke off, or was too large, or its address is refused.",
    "refused": "It was not asked: it had all the fetches that it may have, is taken to be down, or lacks credentials.",
    "abandoned": "Nobody waited for its end: the client left, or the request's time was over before the source's.",
}
