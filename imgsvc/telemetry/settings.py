"""Settings of the log, and of error reports."""

from dataclasses import dataclass

from imgsvc.env import BOOLEAN, STRING, choice, integer, setting


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How much is logged, and in which form."""

    log_format: str = setting(
        "",
        choice("pretty", "structured", "json", "gcp"),
        "Form of a line.",
        zero="pretty on a terminal, else structured",
    )
    log_level: str = setting("info", choice("debug", "info", "warn", "error"), "Least level that is logged.")
    log_rate: int = setting(
        500,
        integer(0),
        "Lines a second that one process writes, twice as many at once; the rest is counted.",
        zero="all",
    )
    syslog_enable: bool = setting(False, BOOLEAN, "Log to syslog too, in the structured form.")
    syslog_level: str = setting(
        "info", choice("debug", "info", "warn", "error", "crit"), "Least level that is sent to syslog."
    )
    syslog_network: str = setting(
        "unixgram", choice("unixgram", "udp"), "How syslog is reached; by TCP it could hold a worker."
    )
    syslog_address: str = setting("", STRING, "Syslog's socket, or host:port with udp.", zero="/dev/log, or port 514")
    syslog_tag: str = setting("imgsvc", STRING, "The program's name in syslog.")

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
