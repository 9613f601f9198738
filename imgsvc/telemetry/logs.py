"""Decides where log records go: to standard error in one of four forms or to the journal, and to syslog if set."""

import logging
import sys

from imgsvc.telemetry.flood import FloodGate
from imgsvc.telemetry.forms import FORMS, Lines, as_structured
from imgsvc.telemetry.journal import Journal, is_journal
from imgsvc.telemetry.settings import LogSettings
from imgsvc.telemetry.stream import NeverWaiting
from imgsvc.telemetry.syslog import Syslog
from imgsvc.telemetry.voices import original

_LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warn": logging.WARNING, "error": logging.ERROR}
_JOURNAL = "journal"

# gunicorn's loggers have handlers of their own by the time that the application is loaded.
_FOREIGN = ("gunicorn.error",)


def configure_logging(settings: LogSettings, journal_stream: str = "") -> None:
    """Let every logger, gunicorn's included, write in the configured form, and to syslog if set.

    `journal_stream` is systemd's JOURNAL_STREAM, by which it is known whether standard error is the journal.
    """
    form = settings.log_format or _fitting(journal_stream)
    formatter = Lines(FORMS.get(form, as_structured))
    handler = _handler(settings, form, formatter)
    level = _LEVELS[settings.log_level]
    handler.setLevel(level)
    syslog = _syslog(settings)
    gate = FloodGate(settings.log_rate)
    for each in (handler, *syslog) if settings.log_rate else ():
        each.addFilter(gate)
    least = min(each.level for each in (handler, *syslog))
    logging.basicConfig(handlers=[handler, *syslog], level=least, force=True)
    adopt()


def adopt() -> None:
    """Let loggers that set themselves up write to where all others do; a file of theirs gets the form alone."""
    handlers = logging.root.handlers
    for logger in map(logging.getLogger, _FOREIGN):
        theirs = [each for each in logger.handlers if not _is_replaced(each)]
        for each in theirs:
            each.setFormatter(handlers[0].formatter)
        is_ours = len(theirs) < len(logger.handlers)
        logger.setLevel(handlers[0].level)
        logger.handlers = theirs + [each for each in handlers if is_ours or isinstance(each, Syslog)]


def _fitting(journal_stream: str) -> str:
    stream = original(sys.stderr)
    if is_journal(stream, journal_stream):
        return _JOURNAL
    return "pretty" if stream.isatty() else "structured"


def _handler(settings: LogSettings, form: str, formatter: logging.Formatter) -> logging.Handler:
    """The way to standard error, or to the journal with that as its stand-in."""
    stream = NeverWaiting(original(sys.stderr))
    stream.setFormatter(formatter)
    return Journal(settings, stream) if form == _JOURNAL else stream


def _is_replaced(handler: logging.Handler) -> bool:
    """Whether it writes to standard error, or is what an earlier call has put there; that one is closed now."""
    is_plain = type(handler) is logging.StreamHandler and original(handler.stream) is original(sys.stderr)
    return is_plain or isinstance(handler, NeverWaiting | Journal | Syslog)


def _syslog(settings: LogSettings) -> list[logging.Handler]:
    if not settings.syslog_enable:
        return []
    handler = Syslog(settings)
    handler.setFormatter(Lines(as_structured))
    return [handler]
