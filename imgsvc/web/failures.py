"""Turns an error into an answer; nothing else in the program does."""

import traceback
from html import escape
from typing import Any

import falcon

from imgsvc import __version__
from imgsvc.errors import InternalError, RenderingError
from imgsvc.runtime.exhaustion import exhausted
from imgsvc.runtime.workers.current import current
from imgsvc.source_url import SourceUrl
from imgsvc.sources.secrecy import silenced
from imgsvc.telemetry.reports import Reports
from imgsvc.web.answer import Answer, write
from imgsvc.web.exchange import exchange
from imgsvc.web.reporting.facts import facts_of

# What imgproxy answers where nothing is.
NOTHING = " "


class Failures:
    """How errors are shown to clients: the public sentence, or everything where `is_development` is on."""

    def __init__(self, *, is_development: bool = False, reports: Reports | None = None, prefix: str = "") -> None:
        self._is_development = is_development
        self._reports = reports
        self._prefix = prefix

    def answer(self, request: falcon.Request, response: falcon.Response, error: Exception, _params: Any) -> None:
        """Answer any exception; one that is not in the catalogue is a fault of ours."""
        job = exchange(request).job
        known = _known(error, job.source if job else None)
        exchange(request).error = known
        write(request, response, self._shown(request, known))
        if in_work := current(request.env):
            in_work.failed(known)
        if self._reports:
            self._reports.send(known, facts_of(exchange(request), self._prefix))

    def _shown(self, request: falcon.Request, error: RenderingError) -> Answer:
        wait = {"Retry-After": str(error.retry_after_seconds)} if error.retry_after_seconds else {}
        if not self._is_development:
            return Answer.text(error.status, error.public, wait)
        if "text/html" in exchange(request).headers.get("accept", ""):
            page = _page(error, exchange(request).request_id)
            return Answer(error.status, {"Content-Type": "text/html; charset=utf-8", **wait}, page.encode())
        kind = {"Content-Type": "text/plain; charset=utf-8"}
        return Answer.text(error.status, f"{error}\n\n{_stack(error)}", kind | wait)


def no_such_route(request: falcon.Request, response: falcon.Response, _error: Exception, _params: Any) -> None:
    """Answer what Falcon itself refuses (no route, no such method) as imgproxy does."""
    nothing_here(request, response)


def nothing_here(request: falcon.Request, response: falcon.Response, **_params: Any) -> None:
    """Answer 404 with a body of one space."""
    write(request, response, Answer.text(404, NOTHING))


def _known(error: Exception, source: SourceUrl | None) -> RenderingError:
    if isinstance(error, RenderingError):
        return error
    return silenced(error, source) if source and source.is_secret else exhausted(error) or _internal(error)


def _internal(error: Exception) -> InternalError:
    internal = InternalError(f"{type(error).__name__}: {error}")
    internal.__cause__ = error
    return internal


def _stack(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)[-10:]
    return "\n".join(f"{each.filename}:{each.lineno} {each.name}" for each in reversed(frames))


def _page(error: RenderingError, request_id: str) -> str:
    blocks = []
    cause: BaseException | None = error
    while cause is not None:
        name = escape(type(cause).__name__)
        blocks.append(f"<h2>{name}</h2><p>{escape(str(cause))}</p><pre>{escape(_stack(cause))}</pre>")
        cause = cause.__cause__
    facts = f"status {error.status} · request {escape(request_id)} · imgsvc {__version__}"
    style = "body{font:16px/1.5 sans-serif;max-width:60em;margin:2em auto;padding:0 1em}pre{overflow:auto}"
    return (
        f"<!doctype html><meta charset=utf-8><title>{escape(error.public)}</title><style>{style}</style>"
        f"<h1>{escape(error.public)}</h1><p>{facts}</p><p>{escape(error.remedy)}</p>{''.join(blocks)}"
    )
