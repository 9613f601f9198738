"""Settings of the log."""

from dataclasses import dataclass

from imgsvc.env import choice, setting


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
