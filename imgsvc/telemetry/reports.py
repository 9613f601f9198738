"""Sends errors to Sentry: from workers alone, never waiting for it; where it is off, nothing of it is loaded.

A report is put into a queue of the SDK, whose thread begins with a worker's first report. What finds the queue full, or
comes faster than REPORTS_A_SECOND, is not sent; the log has it all the same.
"""

import atexit
import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from imgsvc import __version__
from imgsvc.errors import RenderingError, ResolutionError, SourceError, SourceTimeoutError
from imgsvc.settings.env import Mistake, SettingsError
from imgsvc.telemetry.flood import Bucket
from imgsvc.telemetry.forms import redacted
from imgsvc.telemetry.settings import ReportSettings

if TYPE_CHECKING:
    from sentry_sdk import Client

_LOG = logging.getLogger("imgsvc.telemetry")

REPORTS_A_SECOND, REPORTS_AT_ONCE = 1, 20
# What a worker that ends gives the SDK for what it has not sent.
FAREWELL_SECONDS = 0.5
_DOCS = "docs/errors.md"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a report says of its request; no signature, no header, and of the source URL no query."""

    request_id: str
    method: str
    target: str
    source: str = ""
    origin: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


def is_reported(error: RenderingError, *, downloads: bool) -> bool:
    """COMPAT: imgproxy reports what is unexpected, broken pictures, and downloads if it is told to.

    What the client did, limits, deadlines and refusals are the log's.
    """
    if isinstance(error, SourceError):
        return downloads and not isinstance(error, SourceTimeoutError)
    return error.category in ("unexpected", "processing") and not isinstance(error, ResolutionError)


def create_reports(settings: ReportSettings) -> "Reports | None":
    """The way to Sentry; None where there is no DSN, SettingsError where it cannot be used."""
    if not settings.sentry_dsn:
        return None
    try:
        from sentry_sdk.utils import BadDsn, Dsn  # noqa: PLC0415 (optional: loaded only where a DSN is set)
    except ImportError as error:
        raise SettingsError([Mistake("SENTRY_DSN", "the package sentry-sdk", "it is not installed")]) from error
    try:
        Dsn(settings.sentry_dsn)
    except BadDsn as error:
        raise SettingsError([Mistake("SENTRY_DSN", "https://KEY@HOST/PROJECT", "***")]) from error
    return Reports(settings)


class Reports:
    """One process's way to Sentry; made before the fork, where it starts nothing."""

    def __init__(self, settings: ReportSettings) -> None:
        self._settings = settings
        self._bucket = Bucket(REPORTS_A_SECOND, REPORTS_AT_ONCE)
        self._clients: dict[int, Client] = {}

    def send(self, error: RenderingError, facts: Facts) -> None:
        """Put a report into the queue, if this error is reported."""
        if not is_reported(error, downloads=self._settings.report_downloading_errors) or not self._bucket.take():
            return
        try:
            client = self._client()
            client.capture_event(_event(error, facts, client.options))
        except Exception:  # noqa: BLE001 (no report is worth an answer: the SDK may find no thread, say)
            _LOG.warning("A report was not sent", exc_info=True)

    def _client(self) -> "Client":
        """This process's own: the SDK's thread does not survive a fork."""
        if (pid := os.getpid()) not in self._clients:
            from sentry_sdk import Client  # noqa: PLC0415 (optional: loaded only where a DSN is set)

            client = Client(
                dsn=self._settings.sentry_dsn,
                environment=self._settings.sentry_environment,
                release=self._settings.sentry_release or f"imgsvc@{__version__}",
                # They patch what they find, and send what a server knows of its clients.
                default_integrations=False,
                auto_enabling_integrations=False,
                auto_session_tracking=False,
                # SECURITY: frames of the signature's check have the keys.
                include_local_variables=False,
            )
            atexit.register(client.close, FAREWELL_SECONDS)
            self._clients = {pid: client}
        return self._clients[pid]


def _event(error: RenderingError, facts: Facts, options: dict[str, Any]) -> Any:
    from sentry_sdk.utils import event_from_exception  # noqa: PLC0415 (optional: loaded only where a DSN is set)

    event, _ = event_from_exception(error, client_options=options, mechanism={"type": "imgsvc", "handled": True})
    for each in event["exception"]["values"]:
        each["value"] = redacted(str(each["value"]))
    return {
        **event,
        "request": {"method": facts.method, "url": redacted(facts.target)},
        "tags": {"request_id": facts.request_id, "category": error.category, "status": str(error.status)},
        "contexts": {
            "imgsvc": {
                "Request ID": facts.request_id,
                "Source Image URL": redacted(facts.source),
                "Source Image Origin": facts.origin,
                "Options": dict(facts.options),
                "Documentation URL": f"{_DOCS}#{type(error).__name__.lower()}",
            }
        },
    }
