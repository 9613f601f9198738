"""What quality is searched for: the URL's wishes laid over the settings."""

from typing import NamedTuple

from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Autoquality, AutoqualityMethod

# TIFF is written without loss.
_SEARCHED = frozenset({Format.JPEG, Format.WEBP, Format.AVIF, Format.JXL, Format.HEIC})


class Wish(NamedTuple):
    """The method, what it aims at, the qualities that it may choose from, and how near is near enough."""

    method: AutoqualityMethod
    target: float
    lowest: int
    highest: int
    allowed_error: float


def wish_for(format_: Format, size: Size, options: ProcessingOptions, settings: EncodeSettings) -> Wish | None:
    """What is wanted for a result in this format; None where its quality is another's to say."""
    asked = options.autoquality
    method = asked.method or settings.autoquality_method
    if method is AutoqualityMethod.NONE or format_ not in _SEARCHED or _is_too_large(size, settings):
        return None
    # A URL that names a quality and no method means that quality, whatever the settings say.
    if asked.method is None and (options.quality or options.format_quality.get(format_)):
        return None
    lowest, highest = _bounds(asked, format_, settings)
    return Wish(
        method=method,
        target=settings.autoquality_target if asked.target is None else asked.target,
        lowest=lowest,
        highest=highest,
        allowed_error=settings.autoquality_allowed_error if asked.allowed_error is None else asked.allowed_error,
    )


def _bounds(asked: Autoquality, format_: Format, settings: EncodeSettings) -> tuple[int, int]:
    """The lowest and the highest quality; a URL's own goes before the other one of the settings."""
    lowest = asked.min_quality or settings.autoquality_format_min.get(format_) or settings.autoquality_min
    highest = asked.max_quality or settings.autoquality_format_max.get(format_) or settings.autoquality_max
    if asked.min_quality and not asked.max_quality:
        return lowest, max(lowest, highest)
    return min(lowest, highest), highest


def _is_too_large(size: Size, settings: EncodeSettings) -> bool:
    return 0 < settings.autoquality_max_resolution < size.width * size.height
