"""Fallback images that URLs name: fetched when their picture's source cannot be had, as watermarks are."""

import logging
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from imgsvc.errors import EndedError, RenderingError, SourceError, UndecodableImageError, UnknownFormatError
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import Journal, NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.fetching import WatermarkFetches

# How long the picture's maker waits, whom others wait for, where a source turns out to be none once it is decoded.
AT_ONCE_SECONDS = 0.25

MakeJournal = Callable[[], Journal]

_LOG = logging.getLogger("imgsvc.web")


@dataclass(frozen=True, slots=True)
class Fallbacks:
    """Where they come from; `rewritten` is what is fetched for a URL, where that is not the URL itself."""

    fetches: WatermarkFetches
    rewritten: Callable[[str], SourceUrl] = SourceUrl.parse

    def source_of(self, options: ProcessingOptions) -> SourceUrl | None:
        """What is to be fetched where it is needed; SourceUnreachableError for an odd URL."""
        url = "" if options.raw else options.fallback_image_url
        return self.rewritten(url) if url else None

    def fetched(self, source: SourceUrl, scope: Scope, journal: MakeJournal, *, waits: bool = True) -> Fetched | None:
        """The image; None where it cannot be had, which the log says.

        Who `waits` for it is told by a NotAtOnceError where he cannot; for anybody else one that is not there at once
        is not there, and the next request finds it.
        """
        if waits:
            return self._fetched(source, scope, journal)
        scope.patient_until = time.monotonic() + AT_ONCE_SECONDS
        try:
            return self._fetched(source, scope, journal)
        except NotAtOnceError:
            _LOG.warning("The fallback image of a URL is not there at once: %s", source)
            return None
        finally:
            scope.patient_until = math.inf

    def _fetched(self, source: SourceUrl, scope: Scope, journal: MakeJournal) -> Fetched | None:
        try:
            with scope.stage("fallback"):
                coming = self.fetches.begin(source, journal())
                self.fetches.wait(coming, scope)
                return as_fallback(coming.mark().fetched)
        except EndedError:
            raise
        except RenderingError as error:
            _LOG.warning("The fallback image of a URL cannot be had: %s", error)
            return None


def is_replaceable(error: Exception) -> bool:
    """A fallback stands in for what is no image, and for one of which nothing can be shown; not for one cut short."""
    if isinstance(error, RenderingError) and error.of_watermark:
        return False
    if isinstance(error, SourceError):
        return error.at_start
    return isinstance(error, UnknownFormatError | UndecodableImageError)


def as_fallback(found: Fetched) -> Fetched:
    """COMPAT: imgproxy's handlers/processing drops two headers: they are the stand-in's, not the picture's."""
    kept = {name: value for name, value in found.headers.items() if name not in ("expires", "last-modified")}
    return Fetched(found.status, kept, found.body)
