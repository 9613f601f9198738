"""Format `best`: a picture is written in every format that may be sent, and the smallest file is taken.

What is simple, by the entropy of its lightness, is written without loss, and other pictures are not.
"""

import math
from collections.abc import Callable
from dataclasses import replace

from PIL import Image

from imgsvc.codecs.choice import best_candidates
from imgsvc.codecs.encode import Encoded, encode
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.quality.search import Pace
from imgsvc.codecs.settings import EncodeSettings, FormatSettings
from imgsvc.errors import InternalError
from imgsvc.options.formats import Format
from imgsvc.options.modes import has_alpha
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Autoquality, AutoqualityMethod, WebpCompression

# A picture of at most so many bits a pixel has few colors.
_VERY_SIMPLE_BITS = 2.0
_OPAQUE, _JXL_LOSSLESS = 255, 100
_WITHOUT_LOSS = frozenset({Format.PNG, Format.WEBP, Format.JXL})
_NO_SEARCH = Autoquality(AutoqualityMethod.NONE)


def write_best(
    picture: Picture,
    options: ProcessingOptions,
    formats: FormatSettings,
    settings: EncodeSettings,
    accepted: frozenset[Format],
    check: Callable[[], None],
    remaining: Callable[[], float],
) -> Encoded:
    """The smallest of what can be written; with little time left, of what has been.

    A format that cannot hold the picture drops out; InternalError where none can.
    """
    threshold = formats.best_format_complexity_threshold
    bits = entropy(picture.frames[0]) if threshold else math.inf
    found: list[Encoded] = []
    pace = Pace(remaining)
    failure: InternalError | None = None
    for format_ in _tried(picture, options, formats, settings, accepted, is_simple=bits <= threshold):
        check()
        way = _without_loss(format_, options, settings, bits) if bits <= threshold else (options, settings)
        try:
            found.append(encode(picture, format_, *way, check, remaining))
        except InternalError as error:
            failure = error
        if found and pace.is_late:
            break
    if not found:
        raise failure or InternalError("best: there is no format that could be tried")
    return min(found, key=lambda each: len(each.body))


def entropy(image: Image.Image) -> float:
    """Of the histogram of its lightness, in bits a pixel: below 6 for most drawings, above for most photographs."""
    counts = image.convert("L").histogram()
    total = sum(counts)
    return -sum(count / total * math.log2(count / total) for count in counts if count)


def _tried(
    picture: Picture,
    options: ProcessingOptions,
    formats: FormatSettings,
    settings: EncodeSettings,
    accepted: frozenset[Format],
    *,
    is_simple: bool,
) -> list[Format]:
    """Those that hold the picture; of stills, those that fit its kind, if there are any."""
    animation = picture.is_animated
    candidates = best_candidates(
        options, formats, accepted, is_animated=animation, avif_animation=settings.avif_animation
    )
    large_enough = [each for each in candidates if max(picture.size) <= (each.traits.max_side or math.inf)]
    holding = [each for each in large_enough if each.traits.alpha or _is_opaque(picture)]
    fitting = [each for each in holding if animation or _fits(each, is_simple=is_simple)]
    # A PNG can be as large as it likes.
    tried = fitting or holding or large_enough or [Format.PNG]
    is_too_large = 0 < formats.best_format_max_resolution < picture.size.width * picture.size.height
    return tried[:1] if is_too_large else tried


def _fits(format_: Format, *, is_simple: bool) -> bool:
    """Without loss for what is simple; else with, and PNG only where nothing else is left."""
    return format_ in _WITHOUT_LOSS if is_simple else format_.traits.quality


def _is_opaque(picture: Picture) -> bool:
    masks = (frame.getchannel("A") for frame in picture.frames if has_alpha(frame.mode))
    return all(mask.getextrema()[0] == _OPAQUE for mask in masks)


def _without_loss(
    format_: Format, options: ProcessingOptions, settings: EncodeSettings, bits: float
) -> tuple[ProcessingOptions, EncodeSettings]:
    """What a URL says of the format itself counts all the same."""
    if format_ is Format.WEBP:
        return options, replace(settings, webp_compression=WebpCompression.LOSSLESS)
    if format_ is Format.JXL:
        return replace(options, quality=_JXL_LOSSLESS, autoquality=_NO_SEARCH), settings
    if format_ is Format.PNG and bits <= _VERY_SIMPLE_BITS:
        return options, replace(settings, png_quantize=True)
    return options, settings
