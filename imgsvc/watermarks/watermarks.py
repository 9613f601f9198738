"""Which watermark a picture gets: the configured one, one that the URL names, or a text."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import RenderingError, SourceStatusError
from imgsvc.imaging.pixels import Watermark
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import Journal, Scope
from imgsvc.security.limits import Limits
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.watermarks.fetching import MAX_BYTES, Coming, Get, WatermarkFetches, retold
from imgsvc.watermarks.pictures import WatermarkPictures


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The `configured` one, and those of URLs, whose opacity is multiplied by `opacity`."""

    fetches: WatermarkFetches
    pictures: WatermarkPictures
    configured: Watermark | None = None
    opacity: float = 1.0
    # What is fetched for a URL, where that is not the URL itself.
    rewritten: Callable[[str], SourceUrl] = SourceUrl.parse

    def source_of(self, options: ProcessingOptions) -> SourceUrl | None:
        """What is to be fetched; SourceUnreachableError for an odd URL."""
        mark = options.watermark
        if not mark.url or mark.text or not mark.opacity or options.raw:
            return None
        return self.rewritten(mark.url)

    def digest(self, options: ProcessingOptions, source: SourceUrl | None) -> str:
        """Of what is laid over, as far as the URL does not say it: for the tags of pictures."""
        if not options.watermark.opacity:
            return ""
        if source:
            known = self.fetches.kept(source)
            return self._named(known.digest if known else "not known")
        if options.watermark.text:
            return self._named("") if self.opacity != 1 else ""
        return self.configured.digest if self.configured else ""

    def digest_of(self, coming: Coming) -> str:
        """The same of what was fetched."""
        return self._named(coming.mark().digest)

    def begin(self, source: SourceUrl, journal: Journal) -> Coming:
        """Have a watermark fetched; to be waited for."""
        return self.fetches.begin(source, journal)

    def chosen(
        self, options: ProcessingOptions, coming: Coming | None, settings: DecodeSettings, limits: Limits, scope: Scope
    ) -> Watermark | None:
        """The mark of a picture, if it gets one; an error says that it is the watermark's."""
        mark = options.watermark
        if not mark.opacity:
            return None
        if mark.text:
            with scope.stage("watermark"):
                return self._made(lambda: self.pictures.drawn(mark.text, settings, limits), "text")
        if coming is None:
            return replace(self.configured, layer=self.pictures.layer) if self.configured else None
        with scope.stage("watermark", coming.source):
            return self._made(lambda: self._decoded(coming, settings, limits), coming.source.text)

    def _decoded(self, coming: Coming, settings: DecodeSettings, limits: Limits) -> Image.Image:
        return self.pictures.decoded(coming.mark(), coming.source.bare_path, settings, limits)

    def _made(self, make: Callable[[], Image.Image], what: str) -> Watermark:
        try:
            return Watermark(make(), self.opacity, layer=self.pictures.layer)
        except RenderingError as error:
            told = retold(error, f"the watermark {what}: {error}")
            told.of_watermark = True
            raise told from error

    def _named(self, digest: str) -> str:
        return f"{digest}*{self.opacity}"


def getter(sources: Source, max_bytes: int) -> Get:
    """What fetches a watermark as a source is fetched, but for a client's headers and cookies: it is everybody's."""
    limit = min(max_bytes or MAX_BYTES, MAX_BYTES)

    def get(source: SourceUrl, scope: Scope) -> Fetched:
        found = fetch(sources, SourceRequest(source), scope, limit)
        if found.is_not_modified:
            raise SourceStatusError(f"{source} answered 304", status=404)
        return found

    return get
