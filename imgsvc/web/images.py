"""The image resource: a request becomes a job, the job a rendition, the rendition a response."""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import falcon

from imgsvc.codecs.settings import FormatSettings
from imgsvc.errors import RenderingError
from imgsvc.rendering import Job, NotModified, RawRendition, Renderer, RenderRequest, Rendition
from imgsvc.runtime.disconnect import watcher
from imgsvc.runtime.scope import Scope
from imgsvc.web.caching import cache_control, conditions, max_age, validators
from imgsvc.web.cookies import cookies_for
from imgsvc.web.disposition import canonical_link, content_disposition, raw_content_disposition
from imgsvc.web.exchange import Exchange, exchange
from imgsvc.web.middleware import check_secret
from imgsvc.web.negotiation import accepted_formats, vary
from imgsvc.web.pages import any_other_method
from imgsvc.web.raw import REQUEST_HEADERS, RawBody, raw_headers
from imgsvc.web.settings import CacheSettings, FallbackSettings, WebSettings

_LOG = logging.getLogger("imgsvc.web")

# SECURITY: some values come from the source; whatever could end a header is not sent at all.
_SENDABLE = re.compile(r"[\t\x20-\x7e\xa0-\xff]*")


@dataclass(frozen=True, slots=True)
class Images:
    """Every path that is no other route's, as a Falcon sink."""

    renderer: Renderer
    web: WebSettings
    cache: CacheSettings
    fallback: FallbackSettings
    formats: FormatSettings
    timeout_seconds: float
    now: Callable[[], float] = time.time

    def __call__(self, req: falcon.Request, resp: falcon.Response, **_params: Any) -> None:
        """Answer one request of any method."""
        if req.method != "GET":
            any_other_method(req, resp, self.cache)
            return
        current = exchange(req)
        current.has_cors = True
        check_secret(current.headers.get("authorization", ""), self.web.secret)
        scope = Scope(self.timeout_seconds, client_gone=watcher(req.env.get("gunicorn.socket")))
        current.scope, current.job = scope, self._job(current)
        self._answer(resp, current, current.job, scope)

    def _job(self, current: Exchange) -> Job:
        accepted = accepted_formats(current.headers.get("accept", ""))
        job = self.renderer.prepare(RenderRequest(current.target, accepted=accepted))
        headers = self._source_headers(job, current.headers)
        return replace(job, request=replace(job.request, source_headers=headers))

    def _source_headers(self, job: Job, client: Mapping[str, str]) -> dict[str, str]:
        """What of the client's headers the source gets to see."""
        cookies = cookies_for(job.source_url, client, self.web)
        if job.options.raw:
            return {name: client[name] for name in REQUEST_HEADERS if client.get(name)} | cookies
        return conditions(self.cache, client) | cookies

    def _answer(self, response: falcon.Response, current: Exchange, job: Job, scope: Scope) -> None:
        try:
            made = self.renderer.render(job, scope)
        except RenderingError as error:
            self._answer_with_fallback(response, current, job, scope, error)
            return
        if isinstance(made, RawRendition):
            self._pass_on(response, made, scope, current.request_id)
        elif isinstance(made, NotModified):
            response.status = falcon.HTTP_304
            self._set_freshness(response, job, made.source_headers, 304)
        else:
            self._send(response, made, 200)

    def _answer_with_fallback(
        self, response: falcon.Response, current: Exchange, job: Job, scope: Scope, error: RenderingError
    ) -> None:
        rendition = self.renderer.render_fallback(job, scope, error)
        if rendition is None:
            raise error
        fields = {"request_id": current.request_id, "error": str(error), "source": job.source_url}
        _LOG.warning("the fallback image stands in", extra={"fields": fields})
        current.fields["outcome"] = "fallback"
        status = self.fallback.fallback_image_http_code or error.status
        self._send(response, rendition, status, fallback_ttl=self.fallback.fallback_image_ttl)

    def _send(self, response: falcon.Response, rendition: Rendition, status: int, *, fallback_ttl: int = 0) -> None:
        job, options = rendition.job, rendition.job.options
        response.status = status
        response.data = rendition.body
        response.content_type = rendition.format.media_type
        self._set_freshness(response, job, rendition.source_headers, status, fallback_ttl)
        disposition = content_disposition(
            job.source_url,
            rendition.format.extension,
            filename=options.filename,
            attachment=options.return_attachment,
        )
        _set(response, {"Content-Disposition": disposition, "Link": self._link(job)})
        if self.web.enable_debug_headers and status == 200:
            _set(response, _sizes(rendition))

    def _set_freshness(
        self, response: falcon.Response, job: Job, source: Mapping[str, str], status: int, fallback_ttl: int = 0
    ) -> None:
        _set(response, validators(self.cache, source))
        _set(response, {"Vary": vary(self.formats)})
        _set(response, {"Cache-Control": self._cache_control(job, source, status, fallback_ttl)})

    def _cache_control(self, job: Job, source: Mapping[str, str], status: int, fallback_ttl: int = 0) -> str:
        now = self.now()
        own = max_age(self.cache, expires=job.options.expires, now=now, fallback_ttl=fallback_ttl)
        return cache_control(self.cache, source, status=status, now=now, max_age=own)

    def _link(self, job: Job) -> str:
        return canonical_link(job.source_url) if self.web.set_canonical_header else ""

    def _pass_on(self, response: falcon.Response, rendition: RawRendition, scope: Scope, request_id: str) -> None:
        job, stream = rendition.job, rendition.stream
        body = RawBody(rendition, scope, request_id)
        try:
            headers = raw_headers(rendition, body)
        except RenderingError:
            stream.close()
            raise
        response.status = stream.status
        _set(response, headers)
        _set(response, {"Cache-Control": self._cache_control(job, stream.headers, stream.status)})
        _set(response, {"Link": self._link(job)})
        if 200 <= stream.status < 300:
            name = raw_content_disposition(
                job.source_url,
                headers.get("content-type", ""),
                filename=job.options.filename,
                attachment=job.options.return_attachment,
            )
            _set(response, {"Content-Disposition": name})
        if (length := stream.headers.get("content-length", "")).isdecimal():
            response.content_length = int(length)
        response.stream = body


def _set(response: falcon.Response, headers: Mapping[str, str]) -> None:
    for name, value in headers.items():
        if value and _SENDABLE.fullmatch(value):
            response.set_header(name, value)


def _sizes(rendition: Rendition) -> dict[str, str]:
    sizes = {
        "X-Origin-Width": rendition.origin_size.width,
        "X-Origin-Height": rendition.origin_size.height,
        "X-Result-Width": rendition.result_size.width,
        "X-Result-Height": rendition.result_size.height,
        "X-Origin-Content-Length": rendition.origin_bytes,
    }
    return {name: str(number) for name, number in sizes.items()}
