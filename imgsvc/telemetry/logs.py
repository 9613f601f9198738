"""Writes log lines to standard error in one of four forms, and keeps secrets and line breaks out of them.

A record's own fields are given as `extra={"fields": {...}}`; every form shows them after the message.
"""

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from imgsvc.telemetry.flood import FloodGate
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.stream import NeverWaiting
from imgsvc.telemetry.syslog import Syslog

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
_NAMES = {logging.WARNING: "WARNING", logging.CRITICAL: "CRITICAL"}
_MARKS = {logging.DEBUG: "DBG", logging.INFO: "INF", logging.WARNING: "WRN", logging.ERROR: "ERR"}
_COLORS = {"DBG": 35, "INF": 32, "WRN": 33, "ERR": 31, "CRT": 31}

# gunicorn's loggers have handlers of their own by the time that the application is loaded.
_FOREIGN = ("gunicorn.error",)

Fields = Mapping[str, Any]

_WORD = re.compile(r"\S+")
_SLASH = re.compile(r"/|%2[Ff]")
_QUERY = re.compile(r"(\?|%3[Ff]).+")
# What a server's own words quote of a request line that it cannot read.
_REQUEST_LINE = re.compile(r"\b([A-Z]{3,16} (?:[a-z]+://[^/\s]*)?/)[^/\s]+(?=/)")
_USER = re.compile(r"((?::|%3[Aa])(?:/|%2[Ff]){1,2})(?:(?!%2[Ff])[^/@\s])+?(?:@|%40)")


def redacted(text: str) -> str:
    """`text` less what may be secret in URLs: signatures, queries (those of sources have some too), passwords."""
    return _WORD.sub(_redacted_word, _REQUEST_LINE.sub(r"\1***", text))


def _redacted_word(match: re.Match[str]) -> str:
    word = match[0]
    return _USER.sub(r"\1***@", _QUERY.sub(r"\1***", word)) if _SLASH.search(word) else word


def configure_logging(settings: LogSettings) -> None:
    """Let every logger, gunicorn's included, write in the configured form to standard error, and to syslog if set."""
    formatter = Lines(_form(settings.log_format or ("pretty" if sys.stderr.isatty() else "structured")))
    handler = NeverWaiting(sys.stderr)
    handler.setFormatter(formatter)
    level = _LEVELS[settings.log_level]
    handler.setLevel(level)
    syslog = _syslog(settings)
    gate = FloodGate(settings.log_rate)
    for each in (handler, *syslog) if settings.log_rate else ():
        each.addFilter(gate)
    least = min(each.level for each in (handler, *syslog))
    logging.basicConfig(handlers=[handler, *syslog], level=least, force=True)
    for name in _FOREIGN:
        logger = logging.getLogger(name)
        logger.setLevel(level)
        theirs = [each for each in logger.handlers if not _is_replaced(each)]
        for each in theirs:
            each.setFormatter(formatter)
        is_ours = len(theirs) < len(logger.handlers)
        logger.handlers = theirs + ([handler] if is_ours else []) + syslog


def _is_replaced(handler: logging.Handler) -> bool:
    """Whether it writes to standard error, or is what an earlier call has put there; that one is closed now."""
    is_plain = type(handler) is logging.StreamHandler and handler.stream is sys.stderr
    return is_plain or isinstance(handler, NeverWaiting | Syslog)


def _syslog(settings: LogSettings) -> list[logging.Handler]:
    if not settings.syslog_enable:
        return []
    handler = Syslog(settings)
    handler.setFormatter(Lines(as_structured))
    return [handler]


Form = Callable[[logging.LogRecord, str, Fields], str]


class Lines(logging.Formatter):
    """A record as one line; only the pretty form gives a traceback lines of its own."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """The record in this form, its stack as the last field; no URL in it keeps its secrets."""
        fields = dict(getattr(record, "fields", {}))
        if record.exc_info and record.exc_info[0]:
            fields["stack"] = self.formatException(record.exc_info)
        shown = {key: redacted(value) if isinstance(value, str) else value for key, value in fields.items()}
        return self._form(record, redacted(record.getMessage()), shown)


def _form(name: str) -> Form:
    return {"json": as_json, "gcp": as_gcp, "structured": as_structured, "pretty": as_pretty}[name]


def as_json(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """One JSON object: time, level, msg, then the fields."""
    return _dumps({"time": _moment(record), "level": _level(record), "msg": message, **fields})


def as_gcp(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """As JSON, with the names that Google Cloud Logging looks for."""
    return _dumps({"time": _moment(record), "severity": _level(record), "message": message, **fields})


def as_structured(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """`key=value` pairs: text in quotes, numbers bare, groups with a dot."""
    head = {"time": _clock(record), "level": _level(record), "msg": message}
    return " ".join(f"{key}={_quoted(value)}" for key, value in _flat({**head, **fields}))


def as_pretty(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """For people: time, colored level, message, pairs; a stack follows, dimmed."""
    mark = _MARKS.get(record.levelno, "CRT")
    pairs = " ".join(f"{key}={_quoted(value)}" for key, value in _flat(fields) if key != "stack")
    stack = "".join(f"\n  \x1b[2m{_one_line(line)}\x1b[0m" for line in str(fields.get("stack", "")).splitlines())
    return f"{_clock(record)} \x1b[{_COLORS[mark]}m[{mark}]\x1b[0m {_one_line(message)} {pairs}".rstrip() + stack


def _flat(fields: Fields, prefix: str = "") -> list[tuple[str, Any]]:
    pairs: list[tuple[str, Any]] = []
    for key, value in fields.items():
        pairs += _flat(value, f"{prefix}{key}.") if isinstance(value, Mapping) else [(prefix + key, value)]
    return pairs


def _quoted(value: Any) -> str:
    """SECURITY: JSON's quoting leaves no line break and no control character, so one record is one line."""
    return _dumps(value) if isinstance(value, bool | int | float) else _dumps(str(value))


# Line breaks to some readers, though not to JSON.
_BREAKS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}


def _dumps(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str).translate(_BREAKS)


def _one_line(text: str) -> str:
    return _dumps(text)[1:-1]


def _level(record: logging.LogRecord) -> str:
    return _NAMES.get(record.levelno, record.levelname)


def _moment(record: logging.LogRecord) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{stamp}.{int(record.msecs):03d}Z"


def _clock(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))
