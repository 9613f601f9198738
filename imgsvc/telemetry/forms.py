"""Makes a log record text, in one of four forms, and keeps secrets and line breaks out of it.

A record's own fields are given as `extra={"fields": {...}}`; every form shows them after the message.
"""

import json
import logging
import re
import time
from collections.abc import Callable, Mapping
from typing import Any

_NAMES = {logging.WARNING: "WARNING", logging.CRITICAL: "CRITICAL"}
_MARKS = {logging.DEBUG: "DBG", logging.INFO: "INF", logging.WARNING: "WRN", logging.ERROR: "ERR"}
_COLORS = {"DBG": 35, "INF": 32, "WRN": 33, "ERR": 31, "CRT": 31}

Fields = Mapping[str, Any]

_WORD = re.compile(r"\S+")
_SLASH = re.compile(r"/|%2[Ff]")
_QUERY = re.compile(r"(\?|%3[Ff]).+")
# What a server's own words quote of a request line that it cannot read.
_REQUEST_LINE = re.compile(r"\b([A-Z]{3,16} (?:[a-z]+://[^/\s]*)?/)[^/\s]+(?=/)")
_USER = re.compile(r"((?::|%3[Aa])(?:/|%2[Ff]){1,2})(?:(?!%2[Ff])[^/@\s])+?(?:@|%40)")


def redacted(text: str) -> str:
    """`text` less what may be secret in URLs: signatures, queries (those of sources have some too), passwords."""
    # PERF: most fields of a line are words and numbers.
    if "/" not in text and "%2" not in text:
        return text
    return _WORD.sub(_redacted_word, _REQUEST_LINE.sub(r"\1***", text))


def _redacted_word(match: re.Match[str]) -> str:
    word = match[0]
    return _USER.sub(r"\1***@", _QUERY.sub(r"\1***", word)) if _SLASH.search(word) else word


Form = Callable[[logging.LogRecord, str, Fields], str]


class Lines(logging.Formatter):
    """A record as one line; only the pretty form gives a traceback lines of its own."""

    def __init__(self, form: Form) -> None:
        super().__init__()
        self._form = form

    def format(self, record: logging.LogRecord) -> str:
        """The record in this form."""
        return self._form(record, *contents(record))


def contents(record: logging.LogRecord) -> tuple[str, Fields]:
    """The record's message and fields, its stack as the last of these; no URL in them keeps its secrets."""
    fields = dict(getattr(record, "fields", {}))
    if record.exc_info and record.exc_info[0]:
        fields["stack"] = _PLAIN.formatException(record.exc_info)
    shown = {key: redacted(value) if isinstance(value, str) else value for key, value in fields.items()}
    return redacted(record.getMessage()), shown


_PLAIN = logging.Formatter()


def as_json(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """One JSON object: time, level, msg, then the fields."""
    return _dumps({"time": _moment(record), "level": _level(record), "msg": message, **fields})


def as_gcp(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """As JSON, with the names that Google Cloud Logging looks for."""
    return _dumps({"time": _moment(record), "severity": _level(record), "message": message, **fields})


def as_structured(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """`key=value` pairs: text in quotes, numbers bare, groups with a dot."""
    head = {"time": _clock(record), "level": _level(record), "msg": message}
    return " ".join(f"{key}={_quoted(value)}" for key, value in flat({**head, **fields}))


def as_pretty(record: logging.LogRecord, message: str, fields: Fields) -> str:
    """For people: time, colored level, message, pairs; a stack follows, dimmed."""
    mark = _MARKS.get(record.levelno, "CRT")
    head = f"{_clock(record)} \x1b[{_COLORS[mark]}m[{mark}]\x1b[0m"
    stack = "".join(f"\n  \x1b[2m{_one_line(line)}\x1b[0m" for line in str(fields.get("stack", "")).splitlines())
    return f"{head} {_one_line(message)} {_pairs(fields)}".rstrip() + stack


def as_paragraph(message: str, fields: Fields) -> str:
    """For the journal, which has time and level itself: the message, pairs, a stack; breaks in them are kept."""
    stack = str(fields.get("stack", ""))
    return f"{message} {_pairs(fields)}\n{stack}".strip().translate(_CONTROLS)


def _pairs(fields: Fields) -> str:
    """All but the stack."""
    return " ".join(f"{key}={_quoted(value)}" for key, value in flat(fields) if key != "stack")


def flat(fields: Fields, prefix: str = "") -> list[tuple[str, Any]]:
    """The fields as pairs, those of a group named `group.key`."""
    pairs: list[tuple[str, Any]] = []
    for key, value in fields.items():
        if type(value) in _SINGLE or not isinstance(value, Mapping):
            pairs.append((prefix + key, value))
        else:
            pairs += flat(value, f"{prefix}{key}.")
    return pairs


# PERF: what most values are; whether one is a mapping is asked of Python code.
_SINGLE = frozenset({str, int})


def plain(value: Any) -> str:
    """A value as text: text as it is, all else as JSON has it."""
    return value if isinstance(value, str) else _dumps(value)


def _quoted(value: Any) -> str:
    """SECURITY: JSON's quoting leaves no line break and no control character, so one record is one line."""
    # PERF: most values are small numbers and words, and JSON's own way takes three calls.
    if type(value) is int:
        return str(value)
    if isinstance(value, bool | int | float):
        return _dumps(value)
    text = str(value)
    return f'"{text}"' if _IS_PLAIN(text) else _dumps(text)


# What JSON leaves as it is.
_IS_PLAIN = re.compile(r"[ !#-\[\]-~]*").fullmatch

# Line breaks to some readers, though not to JSON.
_BREAKS = {code: f"\\u{code:04x}" for code in (*range(0x7F, 0xA0), 0x2028, 0x2029)}
# What makes journalctl show a message as a blob; a line break does not.
_CONTROLS = {code: f"\\x{code:02x}" for code in range(0x20) if chr(code) not in "\n\t"} | _BREAKS


# PERF: json.dumps would make one for each of twenty values in a line.
_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode


def _dumps(value: Any) -> str:
    text = _ENCODE(value)
    return text if text.isascii() and "\x7f" not in text else text.translate(_BREAKS)


def _one_line(text: str) -> str:
    return _dumps(text)[1:-1]


def _level(record: logging.LogRecord) -> str:
    return _NAMES.get(record.levelno, record.levelname)


def _moment(record: logging.LogRecord) -> str:
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
    return f"{stamp}.{int(record.msecs):03d}Z"


def _clock(record: logging.LogRecord) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(record.created))


FORMS: Mapping[str, Form] = {"json": as_json, "gcp": as_gcp, "structured": as_structured, "pretty": as_pretty}
