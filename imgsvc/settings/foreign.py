"""imgproxy's variables that do nothing here, and why: each that is set is said at start-up, never passed over."""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from imgsvc.settings.env import PREFIXES, is_off


@dataclass(frozen=True, slots=True)
class Foreign:
    """Variables, `*` being any run, with the reason why they do nothing and what serves instead.

    Names are without a prefix unless `is_plain`. One that `is_fatal` ends the start: passing it over would be unsafe.
    With `beside` it says something only where that setting is on: other programs on the machine read it as well.
    """

    names: str
    reason: str
    instead: str = ""
    is_plain: bool = False
    is_fatal: bool = False
    beside: str = ""

    def variables(self) -> tuple[str, ...]:
        """The patterns of whole names; imgproxy's own prefix where there is one."""
        return tuple(name if self.is_plain else f"IMGPROXY_{name}" for name in self.names.split())

    def matches(self, name: str) -> bool:
        """Whether the variable `name`, under any of the prefixes, is one of these."""
        prefix = next((each for each in PREFIXES if name.startswith(each)), None)
        if self.is_plain == bool(prefix):
            return False
        return any(fnmatchcase(name.removeprefix(prefix or ""), pattern) for pattern in self.names.split())


_ENV_FILE = "an env file named by ENV_LOCAL_FILE_PATH"

FOREIGN: tuple[Foreign, ...] = (
    Foreign(
        "ENV_AWS_SECRET_ID ENV_AWS_SSM_PARAMETERS_PATH ENV_GCP_SECRET_ID",
        "settings are not fetched from a cloud's secret store, and a server without them would not be the one meant",
        f"{_ENV_FILE}, written by the store's own agent",
        is_fatal=True,
    ),
    Foreign("ENV_AWS_* ENV_GCP_*", "settings are not fetched from a cloud's secret store", _ENV_FILE),
    # Server
    Foreign(
        "KEEP_ALIVE_TIMEOUT",
        "a connection carries one request, so that none can hold a worker",
        "the proxy in front, which keeps its clients' connections",
    ),
    Foreign(
        "REQUESTS_QUEUE_SIZE",
        "requests wait for as long as they can still be served, and are refused at once where they cannot",
        "QUEUE_TIMEOUT, which is how long that is",
    ),
    Foreign("AWS_LAMBDA_FUNCTION_NAME", "the server does not run in AWS Lambda", is_plain=True),
    Foreign("RETURN_ATTACHMENT", "imgproxy does not read it either", "the option `att:1` in the URL or a preset"),
    Foreign("FAIL_ON_DEPRECATION", "no setting and no option is deprecated"),
    # Formats and codecs
    Foreign("ENABLE_WEBP_DETECTION", "imgproxy does not read it either", "AUTO_WEBP"),
    Foreign("ENABLE_AVIF_DETECTION", "imgproxy does not read it either", "AUTO_AVIF"),
    Foreign("ENABLE_CLIENT_HINTS", "imgproxy does not read it either", "the options `w` and `dpr` in the URL"),
    Foreign("TIFF_UNLIMITED", "TIFF has no limits here but those of every source", "MAX_SRC_RESOLUTION"),
    # Sources
    Foreign(
        "S3_USE_DECRYPTION_CLIENT S3_DECRYPTION_CLIENT_ENABLED",
        "objects that clients have encrypted are not decrypted, and none of them could be served",
        "encryption by the store itself, of which nothing is seen here",
        is_fatal=True,
    ),
    Foreign(
        "AWS_CA_BUNDLE",
        "certificates are held against what the system trusts",
        "the variable of OpenSSL itself that names a file of certificates",
        is_plain=True,
        beside="USE_S3",
    ),
    Foreign(
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
        "AWS_ENDPOINT_URL and its like count where they are set",
        is_plain=True,
        beside="USE_S3",
    ),
    Foreign(
        "STORAGE_EMULATOR_HOST",
        "GCS has its server from a setting alone",
        "GCS_ENDPOINT",
        is_plain=True,
        beside="USE_GCS",
    ),
    Foreign(
        "IMGRPOXY_*",
        "the prefix is misspelled, as in imgproxy's documentation, and imgproxy does not read it either",
        "SWIFT_TIMEOUT_SECONDS and SWIFT_CONNECT_TIMEOUT_SECONDS",
        is_plain=True,
    ),
    # Watching
    Foreign("NEW_RELIC_*", "there is no agent of New Relic in it", "OPEN_TELEMETRY_ENABLE, whose traces it takes"),
    Foreign("DATADOG_*", "there is no agent of Datadog in it", "OPEN_TELEMETRY_ENABLE, whose traces its agent takes"),
    Foreign("CLOUD_WATCH_*", "metrics are not sent to CloudWatch", "PROMETHEUS_BIND, which its agent can scrape"),
    Foreign("OPEN_TELEMETRY_ENABLE_METRICS", "metrics are scraped, and not sent", "PROMETHEUS_BIND"),
    Foreign(
        "OPEN_TELEMETRY_ENABLE_LOGS OPEN_TELEMETRY_LOGGER_NAME", "the log is not sent by OpenTelemetry", "LOG_FORMAT"
    ),
    Foreign(
        "OPEN_TELEMETRY_SERVER_CERT OPEN_TELEMETRY_CLIENT_CERT OPEN_TELEMETRY_CLIENT_KEY",
        "certificates are read from files",
        "the variables of OpenTelemetry itself that name files",
    ),
    Foreign(
        "OTEL_EXPORTER_OTLP_METRICS_* OTEL_EXPORTER_OTLP_LOGS_* OTEL_METRIC* OTEL_LOG*",
        "traces alone are sent",
        is_plain=True,
    ),
    Foreign("OTEL_PROPAGATORS", "the trace's context is always W3C's traceparent", is_plain=True),
    Foreign("OTEL_BSP_*", "the queue of spans has a fixed size", is_plain=True),
    Foreign(
        "DD_AGENT_HOST DD_TRACE_AGENT_PORT DD_DOGSTATSD_PORT DD_SERVICE DD_TRACE_STARTUP_LOGS",
        "there is no agent of Datadog in it",
        "OPEN_TELEMETRY_ENABLE, whose traces its agent takes",
        is_plain=True,
    ),
    Foreign(
        "BUGSNAG_* HONEYBADGER_* AIRBRAKE_*",
        "errors are sent to Sentry and to no other service",
        "SENTRY_DSN, or the log, which has every error with its cause",
    ),
    Foreign(
        "REPORT_IO_ERRORS", "a client that does not take its answer is no error", "`imgsvc_ended_total` in /metrics"
    ),
    # Memory and debugging
    Foreign("FREE_MEMORY_INTERVAL MALLOC LOG_MEM_STATS", "a worker's memory ends with it", "MAX_REQUESTS"),
    Foreign("DOWNLOAD_BUFFER_SIZE BUFFER_POOL_CALIBRATION_THRESHOLD", "imgproxy does not read it either"),
    Foreign("VIPS_LEAK_CHECK VIPS_CACHE_TRACE", "there is no libvips in it"),
    Foreign("PPROF_BIND", "there is no Go in it", "py-spy, which needs nothing of the server"),
    # imgproxy Pro
    Foreign(
        "CACHE_S3_USE_DECRYPTION_CLIENT",
        "results are not encrypted before they are kept, and would lie there as they are",
        "encryption by the store itself, of which nothing is seen here",
        is_fatal=True,
    ),
    Foreign(
        "CACHE_KEY_HEADERS CACHE_KEY_COOKIES",
        "imgproxy Pro: what of a client's headers changes a picture is known, and what its cookies opened is not kept",
    ),
    Foreign(
        "CACHE_REPORT_ERRORS",
        "imgproxy Pro: a store that fails is never an error of a request",
        "`imgsvc_result_store_total` in /metrics",
    ),
    Foreign(
        "JPEG_TRELLIS_QUANT JPEG_OVERSHOOT_DERINGING JPEG_OPTIMIZE_SCANS",
        "imgproxy Pro: libjpeg-turbo, which writes JPEG here, has none of it",
        "JPEG_PROGRESSIVE and JPEG_QUANT_TABLE",
    ),
    Foreign(
        "AUTOQUALITY_*_NET AUTOQUALITY_ML_*",
        "imgproxy Pro: quality by a network",
        "the method `dssim`, which `ml` is here",
    ),
    Foreign("ENABLE_VIDEO_THUMBNAILS VIDEO_THUMBNAIL_*", "imgproxy Pro: pictures of videos"),
    Foreign("ENABLE_RAW_FORMATS", "imgproxy Pro: camera RAW"),
    Foreign(
        "SMART_CROP_* OBJECT_DETECTION_CLASSES OBJECT_DETECTION_CONFIDENCE_THRESHOLD OBJECT_DETECTION_CPU_PINNING"
        " OBJECT_DETECTION_EXECUTION_MODE OBJECT_DETECTION_GRAVITY_MODE OBJECT_DETECTION_INFERENCE_*"
        " OBJECT_DETECTION_NET* OBJECT_DETECTION_NMS_THRESHOLD OBJECT_DETECTION_SWAP_RB"
        " CLASSIFICATION_* ML_* MAX_ML_CONCURRENCY",
        "imgproxy Pro: what a network sees in a picture",
        "the gravity `sm` in the URL, and OBJECT_DETECTION_FALLBACK_TO_SMART_CROP",
    ),
    Foreign("LICENSE_KEY LICENSE_DEVELOPMENT_MODE", "imgproxy Pro: its license; none is needed"),
)


def find(name: str) -> Foreign | None:
    """The row of the variable `name`; the first that matches."""
    return next((each for each in FOREIGN if each.matches(name)), None)


def set_ones(environ: Mapping[str, str]) -> dict[str, Foreign]:
    """The foreign variables that ask for something, in order; blank is as good as not set, and so is off."""
    asking = [name for name, value in sorted(environ.items()) if value.strip() and not is_off(value)]
    rows = {name: find(name) for name in asking}
    return {name: row for name, row in rows.items() if row and _is_on(row.beside, asking)}


def _is_on(setting: str, asking: list[str]) -> bool:
    return not setting or any(prefix + setting in asking for prefix in PREFIXES)
