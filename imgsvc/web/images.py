"""The image resource: a request becomes a job, the job a rendition, the rendition a response."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import falcon

from imgsvc.errors import RenderingError
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.runtime.requests import scope_of
from imgsvc.runtime.scope import Scope
from imgsvc.telemetry.traces import Traces
from imgsvc.web.caching import conditions
from imgsvc.web.cookies import cookies_for
from imgsvc.web.exchange import Exchange, exchange
from imgsvc.web.headers import HeaderRules
from imgsvc.web.middleware import check_secret
from imgsvc.web.negotiation import accepted_formats
from imgsvc.web.pages import any_other_method
from imgsvc.web.raw import BODILESS, REQUEST_HEADERS, RawBody, raw_headers
from imgsvc.web.settings import FallbackSettings
from imgsvc.web.showing import shown
from imgsvc.web.tracing import trace_stream

_LOG = logging.getLogger("imgsvc.web")


@dataclass(frozen=True, slots=True)
class Images:
    """Every path that is no other route's, as a Falcon sink."""

    renderer: Renderer
    rules: HeaderRules
    fallback: FallbackSettings
    timeout_seconds: float
    path_prefix: str = ""
    traces: Traces | None = None
    now: Callable[[], float] = time.time

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_params: Any) -> None:
        """Answer one request of any method."""
        if req.method != "GET":
            any_other_method(req, resp, self.rules.cache)
            return
        current = exchange(req)
        current.has_cors = True
        check_secret(current.headers.get("authorization", ""), self.rules.web.secret)
        scope = scope_of(req.env, self.timeout_seconds, current.request_id, shown(current.target, self.path_prefix))
        current.scope = scope
        if self.traces:
            scope.trace = current.trace = self.traces.begin(current.headers, scope.started)
        current.job = self._job(current)
        self._answer(resp, current, current.job, scope)

    def _job(self, current: Exchange) -> Job:
        accepted = accepted_formats(current.headers.get("accept", ""))
        job = self.renderer.prepare(RenderRequest(current.target, accepted=accepted))
        headers = self._source_headers(job, current.headers)
        return replace(job, request=replace(job.request, source_headers=headers)) if headers else job

    def _source_headers(self, job: Job, client: Mapping[str, str]) -> dict[str, str]:
        """What of the client's headers the source gets to see."""
        cookies = cookies_for(job.source_url, client, self.rules.web)
        if job.options.raw:
            return {name: client[name] for name in REQUEST_HEADERS if client.get(name)} | cookies
        return conditions(self.rules.cache, client) | cookies

    def _answer(self, response: falcon.Response, current: Exchange, job: Job, scope: Scope) -> None:
        try:
            made = self.renderer.render(job, scope)
        except RenderingError as error:
            self._answer_with_fallback(response, current, job, scope, error)
            return
        if isinstance(made, RawRendition):
            self._pass_on(response, current, made, scope)
        elif isinstance(made, NotModified):
            response.status = falcon.HTTP_304
            response.set_headers(self.rules.of_unmodified(made, now=self.now()))
        else:
            self._send(response, current, made, 200)

    def _answer_with_fallback(
        self, response: falcon.Response, current: Exchange, job: Job, scope: Scope, error: RenderingError
    ) -> None:
        stand_in = self.renderer.render_fallback(job, scope, error)
        if stand_in is None:
            raise error
        fields = {"request_id": current.request_id, "error": str(error), "source": job.source_url}
        _LOG.warning("the fallback image stands in", extra={"fields": fields})
        current.fields["outcome"] = "fallback"
        status = self.fallback.fallback_image_http_code or error.status
        self._send(response, current, stand_in, status, is_fallback=True)

    def _send(
        self, response: falcon.Response, current: Exchange, made: Rendition, status: int, *, is_fallback: bool = False
    ) -> None:
        current.made = made
        ttl = self.fallback.fallback_image_ttl if is_fallback else 0
        response.status = status
        response.data = made.body
        response.set_headers(self.rules.of_rendition(made, status=status, now=self.now(), fallback_ttl=ttl))

    def _pass_on(self, response: falcon.Response, current: Exchange, made: RawRendition, scope: Scope) -> None:
        body = RawBody(made, scope, current.request_id)
        try:
            self._stream(response, current, made, body)
        except BaseException as error:
            body.end(error)
            raise

    def _stream(self, response: falcon.Response, current: Exchange, made: RawRendition, body: RawBody) -> None:
        passed = raw_headers(made, body)
        response.status = made.stream.status
        response.set_headers(self.rules.of_raw(made, passed, now=self.now()))
        if made.stream.status in BODILESS:
            # Falcon would neither send nor close it.
            body.end()
            return
        if (length := made.stream.headers.get("content-length", "")).isdecimal():
            response.content_length = int(length)
        trace_stream(current, body, made.stream.status, self.path_prefix)
        response.stream = body
