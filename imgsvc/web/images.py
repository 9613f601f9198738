"""The image resource: a request becomes a job, the job a rendition, the rendition an answer."""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import falcon

from imgsvc.errors import EndedError, RenderingError
from imgsvc.keeping.lookup import Lookup
from imgsvc.rendering import Renderer
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, RenderRequest, Rendition
from imgsvc.results.entry import Entry
from imgsvc.results.results import STALE_SECONDS, holds, is_gone, outlives
from imgsvc.runtime.http.request_headers import read
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.runtime.showing import shown
from imgsvc.runtime.workers.cost import Meter
from imgsvc.runtime.workers.current import beside, scope_of
from imgsvc.runtime.workers.current import current as in_work
from imgsvc.sources.source import Fetched
from imgsvc.telemetry.traces import Traces
from imgsvc.web.answer import Answer, write
from imgsvc.web.exchange import Exchange, exchange
from imgsvc.web.headers.caching import conditions
from imgsvc.web.headers.cookies import cookies_for
from imgsvc.web.headers.negotiation import accepted_formats
from imgsvc.web.headers.rules import HeaderRules
from imgsvc.web.middleware import check_secret
from imgsvc.web.pages import any_other_method
from imgsvc.web.raw import BODILESS, RawBody, begun, raw_headers, source_headers
from imgsvc.web.reporting.tracing import trace_stream
from imgsvc.web.settings import FallbackSettings
from imgsvc.web.stores import Looked, Stores

_LOG = logging.getLogger("imgsvc.web")


@dataclass(frozen=True, slots=True)
class Images:
    """Every path that is no other route's, as a Falcon sink."""

    renderer: Renderer
    rules: HeaderRules
    fallback: FallbackSettings
    timeout_seconds: float
    path_prefix: str = ""
    stores: Stores = Stores()
    traces: Traces | None = None
    now: Callable[[], float] = time.time

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_params: Any) -> None:
        """Answer one request of any method."""
        current = exchange(req)
        current.custom = self.rules.custom
        if req.method != "GET":
            any_other_method(req, resp, self.rules.cache)
            return
        current.has_cors = True
        job, scope = self.begin(current, req.env)
        if self.look_up(current, job):
            # PERF: what it takes of the worker is not worth measuring.
            write(req, resp, self._answer(current, job, scope))
            return
        meter = Meter()
        try:
            answer = self._answer(current, job, scope)
        finally:
            current.cost = meter.read()
        write(req, resp, answer)
        self.stores.keep(current, in_work(req.env))

    def begin(self, current: Exchange, environ: Mapping[str, Any]) -> tuple[Job, Scope]:
        """What is asked for, if it may be served, and the time that it has; once, however often it is called."""
        if current.refusal:
            raise current.refusal
        try:
            return self._begun(current, environ)
        except RenderingError as error:
            current.refusal = error
            raise

    def _begun(self, current: Exchange, environ: Mapping[str, Any]) -> tuple[Job, Scope]:
        if current.scope is None:
            check_secret(current.headers.get("authorization", ""), self.rules.web.secret)
            title = shown(current.target, self.path_prefix)
            current.scope = scope_of(environ, self.timeout_seconds, current.request_id, title)
            if self.traces:
                current.scope.trace = current.trace = self.traces.begin(current.headers, current.scope.started)
        if current.job is None:
            current.job = self._job(current, environ)
            current.beside = beside(environ)
        return current.job, current.scope

    def look_up(self, current: Exchange, job: Job) -> bool:
        """Whether there is a result that may be answered with; once, however often it is called."""
        if current.source is None and current.source_error is None and self.stores.wants(current, job):
            self.take(current, job, self.stores.look_up(current, job))
        return isinstance(current.source, Entry)

    def take(self, current: Exchange, job: Job, looked: Looked | None) -> bool:
        """Take what a look into the stores came to; whether the source is not to be fetched."""
        return self.stores.take(current, job, looked, self.renderer.limits_of(job).file_size)

    def fetch(self, current: Exchange, job: Job, scope: Scope) -> None:
        """Have the source, or the error in its place and what stands in for it; it raises NotAtOnceError alone."""
        if job.watermarks and not current.watermarks:
            current.watermarks = self.renderer.begin_watermarks(job, current.beside)
        if current.source_error is None and current.source is None:
            self._fetch_source(current, job, scope)
        if current.source_error and current.stand_in is None:
            self._fetch_stand_in(current, job, scope, current.source_error)
        if current.watermarks and (current.source or current.stand_in):
            self._wait_for_watermarks(current, scope)

    def _fetch_source(self, current: Exchange, job: Job, scope: Scope) -> None:
        self.look_up(current, job)
        if current.source is not None:
            return
        try:
            source = self.renderer.fetch(self.stores.asking(current, job), scope)
            if isinstance(source, RawRendition):
                current.source = begun(source, scope, current.request_id)
            else:
                current.source = self.stores.fetched(current, job, source)
                if job.fallback and isinstance(current.source, Fetched) and not source.is_not_modified:
                    # What is no picture has its stand-in fetched where that can be waited for.
                    self.renderer.check(job, source)
        except NotAtOnceError:
            raise
        except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where it is answered)
            current.source = None
            self.refuse(current, job, error)

    def refuse(self, current: Exchange, job: Job, error: Exception) -> bool:
        """Let there be this error in place of the source, or what was kept of it before; whether there is that."""
        if outlives(job, error) and self.stores.makes_do(current, job):
            return True
        if is_gone(error):
            self.stores.forget(current)
        current.source_error = error
        return False

    def _fetch_stand_in(self, current: Exchange, job: Job, scope: Scope, error: Exception) -> None:
        try:
            current.stand_in = self.renderer.fetch_fallback(job, scope, error, current.beside)
        except NotAtOnceError:
            raise
        except Exception:  # noqa: BLE001, S110 (whatever it is, it comes up again where it is answered)
            pass

    def _wait_for_watermarks(self, current: Exchange, scope: Scope) -> None:
        try:
            self.renderer.wait_for_watermarks(current.watermarks, scope)
        except NotAtOnceError:
            raise
        except Exception as error:  # noqa: BLE001 (as above: the request itself is over)
            current.source_error, current.stand_in = error, None

    def _job(self, current: Exchange, environ: Mapping[str, Any]) -> Job:
        accepted = accepted_formats(current.headers.get("accept", ""))
        job = self.renderer.prepare(RenderRequest(current.target, accepted=accepted))
        headers = self._source_headers(job, current.headers)
        if self.rules.passed and job.source.is_http:
            headers = read(environ, self.rules.passed) | headers
        return replace(job, request=replace(job.request, source_headers=headers)) if headers else job

    def _source_headers(self, job: Job, client: Mapping[str, str]) -> dict[str, str]:
        """What of the client's headers the source gets to see."""
        cookies = cookies_for(job.source, client, self.rules.web)
        if job.options.raw:
            return source_headers(client) | cookies
        return conditions(self.rules.cache, client, job.variant) | cookies

    def _answer(self, current: Exchange, job: Job, scope: Scope) -> Answer:
        if current.source is None and current.source_error is None:
            self.fetch(current, job, scope)
        try:
            if current.source_error:
                raise current.source_error
            source, current.source = current.source, None
            if isinstance(source, RawBody):
                return self._passed_on(current, source)
            if isinstance(source, Entry):
                return self._kept(current, job, source)
            made = self.renderer.make(job, cast("Fetched", source), scope, current.watermarks)
            current.is_new = True
        except RenderingError as error:
            return self._with_fallback(current, job, scope, error)
        if isinstance(made, NotModified):
            return Answer(304, self.rules.of_unmodified(made, now=self.now()))
        if isinstance(made, InfoRendition):
            current.told = made
            return Answer(200, self.rules.of_info(made, now=self.now()), made.body)
        is_old = current.source_lookup is Lookup.STALE
        return self._picture(current, made, 200, STALE_SECONDS if is_old else 0)

    def _kept(self, current: Exchange, job: Job, entry: Entry) -> Answer:
        now = self.now()
        if current.lookup is Lookup.STALE:
            return self._picture(current, entry.rendition(job, now), 200, STALE_SECONDS)
        if holds(job, entry):
            unmodified = NotModified(job, entry.headers_at(now))
            return Answer(304, self.rules.of_unmodified(unmodified, now=now))
        return self._picture(current, entry.rendition(job, now), 200)

    def _with_fallback(self, current: Exchange, job: Job, scope: Scope, error: RenderingError) -> Answer:
        fallback = current.stand_in or self.renderer.fetch_fallback(job, scope, error, current.beside, waits=False)
        if fallback is None:
            current.lacks_fallback = self.renderer.lacks_fallback(job, error)
            raise error
        stand_in = self._stand_in(current, job, scope, fallback, error)
        fields = {"request_id": current.request_id, "error": str(error), "source": str(job.source)}
        _LOG.warning("the fallback image stands in", extra={"fields": fields})
        current.fields["outcome"] = "fallback"
        status = self.fallback.fallback_image_http_code or error.status
        return self._picture(current, stand_in, status, self.fallback.fallback_image_ttl)

    def _stand_in(
        self, current: Exchange, job: Job, scope: Scope, fallback: Fetched, error: RenderingError
    ) -> Rendition:
        """Of what stands in; of the configured one where the URL's own is no picture, or else the source's error."""
        try:
            return self.renderer.make_fallback(job, fallback, scope, current.watermarks)
        except RenderingError as another:
            configured, is_over = self.renderer.fallback, isinstance(another, EndedError) or another.of_watermark
            if job.fallback is None or fallback is configured or is_over:
                raise
            _LOG.warning("The fallback image of a URL cannot be used: %s: %s", job.fallback, another)
            if configured is None:
                raise error from None
            return self.renderer.make_fallback(job, configured, scope, current.watermarks)

    def _picture(self, current: Exchange, made: Rendition, status: int, short_ttl: int = 0) -> Answer:
        current.made = made
        headers = self.rules.of_rendition(made, status=status, now=self.now(), fallback_ttl=short_ttl)
        return Answer(status, headers, made.body)

    def _passed_on(self, current: Exchange, body: RawBody) -> Answer:
        status = body.rendition.stream.status
        try:
            headers = self.rules.of_raw(body.rendition, raw_headers(body), now=self.now())
            if status not in BODILESS:
                trace_stream(current, body, status, self.path_prefix)
                return Answer(status, headers, stream=body)
        except BaseException as error:
            body.end(error)
            raise
        # Falcon would neither send nor close it.
        body.end()
        return Answer(status, headers)
