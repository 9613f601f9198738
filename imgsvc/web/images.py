"""The image resource: a request becomes a job, the job a rendition, the rendition an answer."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import falcon

from imgsvc.errors import RenderingError
from imgsvc.rendering import Renderer
from imgsvc.rendition import Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.showing import shown
from imgsvc.runtime.workers.current import scope_of
from imgsvc.telemetry.traces import Traces
from imgsvc.web.answer import Answer, write
from imgsvc.web.caching import conditions
from imgsvc.web.cookies import cookies_for
from imgsvc.web.exchange import Exchange, exchange
from imgsvc.web.headers import HeaderRules
from imgsvc.web.middleware import check_secret
from imgsvc.web.negotiation import accepted_formats
from imgsvc.web.pages import any_other_method
from imgsvc.web.raw import BODILESS, RawBody, raw_headers, source_headers
from imgsvc.web.settings import FallbackSettings
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
        write(req, resp, self._answer(current, current.job, scope))

    def _job(self, current: Exchange) -> Job:
        accepted = accepted_formats(current.headers.get("accept", ""))
        job = self.renderer.prepare(RenderRequest(current.target, accepted=accepted))
        headers = self._source_headers(job, current.headers)
        return replace(job, request=replace(job.request, source_headers=headers)) if headers else job

    def _source_headers(self, job: Job, client: Mapping[str, str]) -> dict[str, str]:
        """What of the client's headers the source gets to see."""
        cookies = cookies_for(job.source, client, self.rules.web)
        if job.options.raw:
            return source_headers(client) | cookies
        return conditions(self.rules.cache, client, job.variant) | cookies

    def _answer(self, current: Exchange, job: Job, scope: Scope) -> Answer:
        try:
            made = self.renderer.render(job, scope)
        except RenderingError as error:
            return self._with_fallback(current, job, scope, error)
        if isinstance(made, RawRendition):
            return self._passed_on(current, made, scope)
        if isinstance(made, NotModified):
            return Answer(304, self.rules.of_unmodified(made, now=self.now()))
        return self._picture(current, made, 200)

    def _with_fallback(self, current: Exchange, job: Job, scope: Scope, error: RenderingError) -> Answer:
        stand_in = self.renderer.render_fallback(job, scope, error)
        if stand_in is None:
            current.lacks_fallback = self.renderer.lacks_fallback(job, error)
            raise error
        fields = {"request_id": current.request_id, "error": str(error), "source": job.source.text}
        _LOG.warning("the fallback image stands in", extra={"fields": fields})
        current.fields["outcome"] = "fallback"
        status = self.fallback.fallback_image_http_code or error.status
        return self._picture(current, stand_in, status, self.fallback.fallback_image_ttl)

    def _picture(self, current: Exchange, made: Rendition, status: int, fallback_ttl: int = 0) -> Answer:
        current.made = made
        headers = self.rules.of_rendition(made, status=status, now=self.now(), fallback_ttl=fallback_ttl)
        return Answer(status, headers, made.body)

    def _passed_on(self, current: Exchange, made: RawRendition, scope: Scope) -> Answer:
        body, status = RawBody(made, scope, current.request_id), made.stream.status
        try:
            headers = self.rules.of_raw(made, raw_headers(made, body), now=self.now())
            if status not in BODILESS:
                trace_stream(current, body, status, self.path_prefix)
                return Answer(status, headers, stream=body)
        except BaseException as error:
            body.end(error)
            raise
        # Falcon would neither send nor close it.
        body.end()
        return Answer(status, headers)
