"""The sections of the settings that answers depend on: the part of Config, above this room, that it may see."""

from typing import Protocol

from imgsvc.codecs.settings import FormatSettings
from imgsvc.runtime.http.header_settings import HeaderSettings
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.url.settings import UrlSettings
from imgsvc.web.settings import CacheSettings, FallbackSettings, WebSettings


class Sections(Protocol):
    """Whatever has these; Config does."""

    @property
    def web(self) -> WebSettings:
        """Headers, access, routes."""

    @property
    def headers(self) -> HeaderSettings:
        """Those that the operator names."""

    @property
    def cache(self) -> CacheSettings:
        """Lifetimes and validators."""

    @property
    def fallback(self) -> FallbackSettings:
        """Status and lifetime of the image that stands in."""

    @property
    def formats(self) -> FormatSettings:
        """What is negotiated, for Vary."""

    @property
    def url(self) -> UrlSettings:
        """The prefix of every route."""

    @property
    def runtime(self) -> RuntimeSettings:
        """The time that a request has."""
