"""Which watermark a picture gets: the configured one, one that the URL names, or a text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from PIL import Image

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import RenderingError, SourceStatusError
from imgsvc.imaging.pixels import Watermark
from imgsvc.options.processing import ProcessingOptions, WatermarkOptions
from imgsvc.runtime.scope import Journal, Scope
from imgsvc.security.limits import Limits
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, Source, SourceRequest
from imgsvc.watermarks.fetching import MAX_BYTES, Coming, Get, WatermarkFetches, retold
from imgsvc.watermarks.pictures import WatermarkPictures

# Those that a URL names, as they are fetched.
Marks = Sequence[Coming]


@dataclass(frozen=True, slots=True)
class Watermarks:
    """The `configured` one, and those of URLs, whose opacity is multiplied by `opacity`."""

    fetches: WatermarkFetches
    pictures: WatermarkPictures
    configured: Watermark | None = None
    opacity: float = 1.0
    # What is fetched for a URL, where that is not the URL itself.
    rewritten: Callable[[str], SourceUrl] = SourceUrl.parse

    def sources_of(self, options: ProcessingOptions) -> tuple[SourceUrl, ...]:
        """What is to be fetched, each once; SourceUnreachableError for an odd URL."""
        if options.raw:
            return ()
        found = [self._source_of(each.watermark) for each in options.pipelines]
        return tuple(dict.fromkeys(filter(None, found)))

    def _source_of(self, mark: WatermarkOptions) -> SourceUrl | None:
        return self.rewritten(mark.url) if mark.url and mark.opacity and not mark.text else None

    def digest(self, options: ProcessingOptions, marks: Marks = ()) -> str:
        """Of what is laid over, as far as the URL does not say it: for the tags of pictures.

        Without `marks`, which were fetched, as far as it is known.
        """
        found = [self._digest(each.watermark, marks) for each in options.pipelines]
        return "+".join(found) if any(found) else ""

    def _digest(self, mark: WatermarkOptions, marks: Marks) -> str:
        if not mark.opacity:
            return ""
        if source := self._source_of(mark):
            known = _of(marks, source).mark() if marks else self.fetches.kept(source)
            return self._named(known.digest if known else "not known")
        if mark.text:
            return self._named("") if self.opacity != 1 else ""
        return self.configured.digest if self.configured else ""

    def begin(self, source: SourceUrl, journal: Journal) -> Coming:
        """Have a watermark fetched; to be waited for."""
        return self.fetches.begin(source, journal)

    def wait(self, marks: Marks, scope: Scope) -> None:
        """Wait until they are there, or cannot be had."""
        for coming in marks:
            if coming.is_there:
                with scope.stage("watermark"):
                    self.fetches.wait(coming, scope)

    def chosen(
        self, mark: WatermarkOptions, marks: Marks, settings: DecodeSettings, limits: Limits, scope: Scope
    ) -> Watermark | None:
        """The mark of a picture, if it gets one; an error says that it is the watermark's."""
        if not mark.opacity:
            return None
        if mark.text:
            with scope.stage("watermark"):
                return self._made(lambda: self.pictures.drawn(mark.text, settings, limits), "text")
        source = self._source_of(mark)
        if source is None:
            return replace(self.configured, layer=self.pictures.layer) if self.configured else None
        coming = _of(marks, source)
        with scope.stage("watermark", coming.source):
            return self._made(lambda: self._decoded(coming, settings, limits), str(coming.source))

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


def _of(marks: Marks, source: SourceUrl) -> Coming:
    return next(each for each in marks if each.source == source)


def getter(sources: Source, max_bytes: int) -> Get:
    """What fetches a watermark as a source is fetched, but for a client's headers and cookies: it is everybody's."""
    limit = min(max_bytes or MAX_BYTES, MAX_BYTES)

    def get(source: SourceUrl, scope: Scope) -> Fetched:
        found = fetch(sources, SourceRequest(source), scope, limit)
        if found.is_not_modified:
            raise SourceStatusError(f"{source} answered 304", status=404)
        return found

    return get
