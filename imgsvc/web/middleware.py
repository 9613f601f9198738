"""What every request and every answer gets: an id, its place in the counters, one line in the log."""

import logging
from hmac import compare_digest

import falcon

from imgsvc.errors import Blame, SecretError
from imgsvc.runtime.clients.refusals import level_of
from imgsvc.runtime.showing import shown
from imgsvc.runtime.workers.current import current as in_work
from imgsvc.url.path import has_broken_escape
from imgsvc.url.telling import told
from imgsvc.web.answer import Answer, write
from imgsvc.web.exchange import Exchange, begin, exchange
from imgsvc.web.reporting.tally import tally
from imgsvc.web.reporting.tracing import end_trace
from imgsvc.web.settings import WebSettings

_LOG = logging.getLogger("imgsvc.access")

_BAD_REQUEST = Answer(400, {"Content-Type": "text/plain; charset=utf-8"}, b"400 Bad Request")


class EveryAnswer:
    """Falcon middleware: opens the exchange, and writes the access log."""

    def __init__(self, settings: WebSettings, prefix: str = "") -> None:
        self._settings = settings
        self._prefix = prefix

    def process_request(self, request: falcon.Request, response: falcon.Response) -> None:
        """Open the exchange; a target whose percent-encoding is broken goes no further."""
        opened = begin(request)
        opened.allow_origin = self._settings.allow_origin
        if has_broken_escape(opened.target):
            write(request, response, _BAD_REQUEST)
            response.complete = True

    def process_response(
        self, request: falcon.Request, response: falcon.Response, _resource: object, _succeeded: bool
    ) -> None:
        """Count and log it."""
        current = exchange(request)
        tally(current, response, in_work(request.env))
        if not current.is_streamed:
            end_trace(current, response.status_code, self._prefix)
        if current.is_logged and _LOG.isEnabledFor(level_of(response.status_code)):
            log(current, response.status_code, self._prefix)


def check_secret(authorization: str, secret: str) -> None:
    """Refuse a request whose Authorization is not `Bearer` and the secret; an empty secret allows all."""
    # SECURITY: in constant time, so that the answer's time does not tell how much of it was right.
    # A header is bytes as Latin-1 (PEP 3333), and the bytes of a secret are UTF-8.
    if secret and not compare_digest(authorization.encode("latin-1"), f"Bearer {secret}".encode()):
        raise SecretError("the Authorization header is not Bearer and the value of SECRET")


def log(current: Exchange, status: int, prefix: str = "") -> None:
    """Write the request's one line: what was asked, what came of it, and where its time went."""
    fields: dict[str, object] = {
        "request_id": current.request_id,
        "method": current.method,
        "target": shown(current.target, prefix),
        "status": status,
        "client_ip": current.client_ip,
    }
    if current.scope:
        stages = {name: round(seconds * 1000) for name, seconds in current.scope.stages().items()}
        fields |= {"ms": round(current.scope.elapsed() * 1000), "stage_ms": stages}
    if current.cost:
        fields |= {"cpu_ms": round(current.cost.cpu_seconds * 1000, 1), "peak_mib": current.cost.peak_bytes >> 20}
    if current.trace:
        fields["trace_id"] = current.trace.trace_id
    if current.is_info:
        fields["route"] = "info"
    if current.job:
        fields |= {"options": told(current.job.options), "source": str(current.job.source)}
    lookups = {"store": current.lookup, "source_store": current.source_lookup}
    fields |= {name: lookup.value for name, lookup in lookups.items() if lookup}
    if current.error:
        fields |= {"outcome": type(current.error).__name__, "error": str(current.error)}
    _LOG.log(
        level_of(status),
        "%s %s",
        current.method,
        status,
        extra={"fields": fields | current.fields},
        exc_info=current.error if current.error and current.error.blame is Blame.US else None,
    )
