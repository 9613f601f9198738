"""The sizes that follow from a scaling: target, result crop, canvas of an aspect ratio, and the limits on them."""

import math
from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import ResizingType, Size
from imgsvc.options.processing import Crop, Padding, ProcessingOptions
from imgsvc.transforms.resampling import Resampling, resampling
from imgsvc.transforms.rounding import half_away, half_even, larger_of, scaled, smaller_of
from imgsvc.transforms.scaling import Scaling

NONE = Size(0, 0)
# COMPAT: libvips' GIF writer counts bytes of RGBA in a signed 32-bit number.
_GIF_MAX_PIXELS = (2**31 - 1) // 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """Upright sizes on the way to the result; a side of 0 is not asked for."""

    scaling: Scaling
    # The image after scaling.
    scaled: Size
    # What was requested, times zoom and dpr.
    target: Size
    # What is kept of the scaled image.
    result_crop: Size
    # What `extend_aspect_ratio` grows it to.
    aspect_canvas: Size


def sizes(size: Size, options: ProcessingOptions, scaling: Scaling, max_dimension: int) -> Sizes:
    """All sizes of an image that is `size` before scaling, none longer than `max_dimension` (0: no limit)."""
    found = _sizes(size, options, scaling)
    longest = max(_outer(found, options))
    if not 0 < max_dimension < longest:
        return found
    return _sizes(size, options, scaling.times(max_dimension / longest, size))


def crop_size(size: Size, crop: Crop) -> Size:
    """The area that `crop` keeps of an upright image; 0 is the whole side."""
    return Size(_crop_side(size.width, crop.width), _crop_side(size.height, crop.height))


def fitting(size: Size, format_: Format) -> Resampling | None:
    """Scaling to the largest size of the same shape that the format holds; None if it holds this one."""
    thin, longest_thin = format_.traits.thin
    factor = _to_side(size, format_.traits.max_side)
    if format_ is Format.GIF:
        factor = min(factor, math.sqrt(_GIF_MAX_PIXELS / (size.width * size.height)))
    if min(resampling(size, factor, factor).size) < thin:
        factor = min(factor, _to_side(size, longest_thin))
    return resampling(size, factor, factor) if factor < 1 else None


def _to_side(size: Size, longest: int) -> float:
    return min(1.0, longest / max(size)) if longest else 1.0


def padding_of(padding: Padding, dpr: float) -> Padding:
    """The edges in pixels of the result."""
    return Padding(*(half_even(edge * dpr) for edge in (padding.top, padding.right, padding.bottom, padding.left)))


def _crop_side(side: int, wanted: float) -> int:
    return int(wanted) if wanted >= 1 or wanted == 0 else max(1, half_away(side * wanted))


def _sizes(size: Size, options: ProcessingOptions, scaling: Scaling) -> Sizes:
    after = scaled(size, scaling.x, scaling.y)
    target = Size(
        _target_side(options.width, scaling.dpr * options.zoom_x),
        _target_side(options.height, scaling.dpr * options.zoom_y),
    )
    shrinks_crop = options.resizing_type is ResizingType.FILL_DOWN and not options.enlarge
    crop = _in_ratio_within(after, target) if shrinks_crop else target
    around = _in_ratio_around(smaller_of(after, crop), target) if options.extend_aspect_ratio.enabled else NONE
    return Sizes(scaling, after, target, crop, around)


def _target_side(wanted: int, factor: float) -> int:
    """At least a pixel of what is asked for: rounded to 0 it would mean that nothing is, and limits would not hold."""
    return max(1, half_away(wanted * factor)) if wanted else 0


def _in_ratio_within(image: Size, target: Size) -> Size:
    """The target, or where it exceeds the image the largest area of its aspect ratio."""
    wide, high = target.width / image.width, target.height / image.height
    if wide > high and wide > 1:
        return Size(image.width, half_away(image.width * target.height / target.width))
    if high > wide and high > 1:
        return Size(half_away(image.height * target.width / target.height), image.height)
    return target


def _in_ratio_around(image: Size, target: Size) -> Size:
    """The smallest area of the target's aspect ratio that holds the image."""
    if not target.width or not target.height:
        return NONE
    wide, high = target.width / image.width, target.height / image.height
    if high > wide:
        return Size(image.width, half_away(image.width * target.height / target.width))
    if wide > high:
        return Size(half_away(image.height * target.width / target.height), image.height)
    return NONE


def _outer(found: Sizes, options: ProcessingOptions) -> Size:
    """The result with canvas and padding."""
    size = smaller_of(found.scaled, found.result_crop)
    if options.extend.enabled:
        size = larger_of(size, found.target)
    elif options.extend_aspect_ratio.enabled:
        size = larger_of(size, found.aspect_canvas)
    padding = padding_of(options.padding, found.scaling.dpr)
    return Size(size.width + padding.left + padding.right, size.height + padding.top + padding.bottom)
