"""Settings of the log, of error reports, and of traces."""

from dataclasses import dataclass

from imgsvc.settings.env import BOOLEAN, STRING, choice, integer, setting


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How much is logged, and in which form."""

    log_format: str = setting(
        "",
        choice("pretty", "structured", "json", "gcp", "journal"),
        "Form of a line; journal sends fields to systemd's journal in place of lines.",
        zero="journal where standard error is the journal, pretty on a terminal, else structured",
    )
    log_level: str = setting("info", choice("debug", "info", "warn", "error"), "Least level that is logged.")
    log_rate: int = setting(
        500,
        integer(0),
        "Lines a second that one process writes, twice as many at once; the rest is counted.",
        zero="all",
    )
    journal_address: str = setting(
        "/run/systemd/journal/socket", STRING, "The journal's socket; without it lines go to standard error."
    )
    syslog_enable: bool = setting(False, BOOLEAN, "Log to syslog too, in the structured form.")
    syslog_level: str = setting(
        "info", choice("debug", "info", "warn", "error", "crit"), "Least level that is sent to syslog."
    )
    syslog_network: str = setting(
        "unixgram", choice("unixgram", "udp"), "How syslog is reached; by TCP it could hold a worker."
    )
    syslog_address: str = setting("", STRING, "Syslog's socket, or host:port with udp.", zero="/dev/log, or port 514")
    syslog_tag: str = setting("imgsvc", STRING, "The program's name in syslog and in the journal.")

    def __post_init__(self) -> None:
        port = self.syslog_address.partition(":")[2]
        if self.syslog_network == "udp" and port and not (port.isdecimal() and 0 < int(port) < 65_536):
            raise ValueError("SYSLOG_ADDRESS as host:port where SYSLOG_NETWORK is udp")


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """Errors that are sent to Sentry: unexpected ones, broken pictures, sources that fail."""

    sentry_dsn: str = setting("", STRING, "Where Sentry takes reports.", zero="nothing is sent", secret=True)
    sentry_environment: str = setting("production", STRING, "The environment that reports are filed under.")
    sentry_release: str = setting("", STRING, "The release that they are filed under.", zero="imgsvc@VERSION")
    report_downloading_errors: bool = setting(True, BOOLEAN, "Report sources that cannot be had, as imgproxy does.")


@dataclass(frozen=True, slots=True)
class TraceSettings:
    """Traces in OTLP over HTTP: a span for each request, and one for each of its stages.

    What is not here (OTEL_TRACES_SAMPLER, OTEL_RESOURCE_ATTRIBUTES, certificates) the SDK reads itself, from the
    process's environment.
    """

    open_telemetry_enable: bool = setting(False, BOOLEAN, "Send traces.")
    open_telemetry_propagate_external: bool = setting(False, BOOLEAN, "Send sources the trace that they are part of.")
    open_telemetry_trace_id_generator: str = setting(
        "xray", choice("xray", "random"), "How the ids of new traces are made: by AWS X-Ray's rule, or by none."
    )
    otel_service_name: str = setting(
        "imgsvc", STRING, "The service that spans are filed under.", plain_names=("OTEL_SERVICE_NAME",)
    )
    otel_exporter_otlp_endpoint: str = setting(
        "http://localhost:4318",
        STRING,
        "The collector; /v1/traces is added.",
        plain_names=("OTEL_EXPORTER_OTLP_ENDPOINT",),
    )
    otel_exporter_otlp_traces_endpoint: str = setting(
        "",
        STRING,
        "The whole URL that traces are sent to.",
        zero="OTEL_EXPORTER_OTLP_ENDPOINT's",
        plain_names=("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",),
    )
    otel_exporter_otlp_headers: str = setting(
        "",
        STRING,
        "Headers for the collector, name=value,name=value.",
        secret=True,
        plain_names=("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"),
    )
    otel_exporter_otlp_timeout: int = setting(
        10_000,
        integer(1),
        "Milliseconds that the collector gets for what it is sent.",
        plain_names=("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"),
    )
    otel_exporter_otlp_protocol: str = setting(
        "http/protobuf",
        choice("http/protobuf", "grpc"),
        "How it is spoken to; grpc is refused where traces are on.",
        plain_names=("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL"),
    )

    def traces_endpoint(self) -> str:
        """The whole URL that traces are sent to."""
        return self.otel_exporter_otlp_traces_endpoint or f"{self.otel_exporter_otlp_endpoint.rstrip('/')}/v1/traces"

    def __post_init__(self) -> None:
        for name in ("otel_exporter_otlp_endpoint", "otel_exporter_otlp_traces_endpoint"):
            value = getattr(self, name)
            if value and not value.startswith(("http://", "https://")):
                raise ValueError(f"{name.upper()} with http:// or https://")
