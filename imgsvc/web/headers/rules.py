"""Decides the headers of an answer from what was made; sets nothing and reads no clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from imgsvc.codecs.settings import FormatSettings
from imgsvc.options.info import InfoOptions
from imgsvc.options.processing import ProcessingOptions
from imgsvc.rendition import InfoRendition, Job, NotModified, RawRendition, Rendition
from imgsvc.runtime.http.header_settings import HeaderSettings
from imgsvc.runtime.http.request_headers import RequestHeader, named
from imgsvc.web.headers.caching import cache_control, max_age, private, validators
from imgsvc.web.headers.disposition import canonical_link, content_disposition, raw_content_disposition
from imgsvc.web.headers.negotiation import raw_vary, vary
from imgsvc.web.settings import CacheSettings, WebSettings

# SECURITY: some values are the source's own words; one that could end its header is not sent at all.
_SENDABLE = re.compile(r"[\t\x20-\x7e\xa0-\xff]+")

Headers = dict[str, str]


# What a client is known by.
_CREDENTIALS = frozenset({"cookie", "authorization"})


@dataclass(frozen=True)
class HeaderRules:
    """The settings that headers depend on; `now` is always Unix seconds."""

    web: WebSettings
    cache: CacheSettings
    formats: FormatSettings
    named: HeaderSettings = HeaderSettings()

    @cached_property
    def passed(self) -> tuple[RequestHeader, ...]:
        """The client's headers that its source gets; SECURITY: not the one that SECRET is in."""
        return named(
            name
            for name in self.named.request_headers_passthrough
            if not (self.web.secret and name.lower() == "authorization")
        )

    @cached_property
    def custom(self) -> Headers:
        """What every answer has besides."""
        return dict(self.named.answered())

    @cached_property
    def _returned(self) -> tuple[str, ...]:
        return tuple(map(str.lower, self.named.response_headers_passthrough))

    def of_rendition(self, made: Rendition, *, status: int, now: float, fallback_ttl: int = 0) -> Headers:
        """Headers of a finished picture; `fallback_ttl` is for the fallback image."""
        options = made.job.options
        name = content_disposition(
            made.job.source,
            made.format.extension,
            filename=options.filename,
            attachment=options.return_attachment,
        )
        return sendable(
            {
                **self._passed(made.source_headers),
                "Content-Type": made.format.media_type,
                "Content-Disposition": name,
                "Link": self._link(made.job),
                **self._freshness(made.job, made.source_headers, status, now, fallback_ttl),
                **(_sizes(made) if self.web.enable_debug_headers and status == 200 else {}),
            }
        )

    def of_info(self, made: InfoRendition, *, now: float) -> Headers:
        """Headers of what is told of a source."""
        kind = {"Content-Type": "application/json", "Link": self._link(made.job)}
        passed = self._passed(made.source_headers)
        return sendable({**passed, **kind, **self._freshness(made.job, made.source_headers, 200, now)})

    def of_unmodified(self, made: NotModified, *, now: float) -> Headers:
        """Headers of a 304: validators and lifetime, for the copy that the client has."""
        passed = self._passed(made.source_headers)
        return sendable({**passed, **self._freshness(made.job, made.source_headers, 304, now)})

    def of_raw(self, made: RawRendition, passed: Headers, *, now: float) -> Headers:
        """Headers of a source's own answer: those `passed` on, and ours."""
        options, status, source = made.job.options, made.stream.status, made.stream.headers
        name = raw_content_disposition(
            made.job.source,
            passed.get("content-type", ""),
            filename=options.filename,
            attachment=options.return_attachment,
        )
        return sendable(
            {
                **self._passed(source),
                **passed,
                **tagged(self.cache, made.job.options),
                "Vary": self._vary(made.job, raw_vary(made.job.request.source_headers, source)),
                "Cache-Control": self._cache_control(made.job, source, status, now),
                "Link": self._link(made.job),
                "Content-Disposition": name if 200 <= status < 300 else "",
            }
        )

    def _freshness(
        self, job: Job, source: Mapping[str, str], status: int, now: float, fallback_ttl: int = 0
    ) -> Headers:
        lifetime = self._cache_control(job, source, status, now, fallback_ttl)
        formats = None if isinstance(job.options, InfoOptions) else self.formats
        return {
            **validators(self.cache, source, job.variant),
            **tagged(self.cache, job.options),
            "Vary": self._vary(job, vary(formats, job.request.source_headers)),
            "Cache-Control": lifetime,
        }

    def _cache_control(
        self, job: Job, source: Mapping[str, str], status: int, now: float, fallback_ttl: int = 0
    ) -> str:
        own = max_age(self.cache, expires=job.options.expires, now=now, fallback_ttl=fallback_ttl)
        lifetime = cache_control(self.cache, source, status=status, now=now, max_age=own)
        is_one_client_s = not _CREDENTIALS.isdisjoint(job.request.source_headers) or "set-cookie" in self._passed(
            source
        )
        return private(lifetime) if is_one_client_s else lifetime

    def _passed(self, source: Mapping[str, str]) -> Headers:
        return {name: source[name] for name in self._returned if name in source}

    def _vary(self, job: Job, computed: str) -> str:
        """By what is passed on as well, whether this client has sent it or not."""
        if not self.passed or not job.source.is_http:
            return computed
        names = [*filter(None, computed.split(", ")), *(each.name.title() for each in self.passed)]
        return ", ".join(dict.fromkeys(names))

    def _link(self, job: Job) -> str:
        return canonical_link(job.source) if self.web.set_canonical_header else ""


def sendable(headers: Mapping[str, str]) -> Headers:
    """`headers` less those that are empty or cannot be sent."""
    return {name: value for name, value in headers.items() if _SENDABLE.fullmatch(value)}


_TAG_HEADERS = {
    "all": ("Cache-Tag", "x-amz-meta-cache-tag"),
    "cloudflare": ("Cache-Tag",),
    "cloudfront": ("x-amz-meta-cache-tag",),
    "none": (),
}


def tagged(cache: CacheSettings, options: ProcessingOptions) -> Headers:
    """What CDNs are told to know an answer by."""
    if not options.cache_tags:
        return {}
    return dict.fromkeys(_TAG_HEADERS[cache.cache_tags_format], ",".join(options.cache_tags))


def _sizes(made: Rendition) -> Headers:
    sizes = {
        "X-Origin-Width": made.origin_size.width,
        "X-Origin-Height": made.origin_size.height,
        "X-Result-Width": made.result_size.width,
        "X-Result-Height": made.result_size.height,
        "X-Origin-Content-Length": made.origin_bytes,
    }
    return {name: str(number) for name, number in sizes.items()}
