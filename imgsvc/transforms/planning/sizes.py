"""The sizes that follow from a scaling: target, result crop, canvas of an aspect ratio, and the limits on them."""

import math
from dataclasses import dataclass

from imgsvc.options.formats import Format
from imgsvc.options.geometry import CropShape, ResizingType, Size, Wanted
from imgsvc.options.processing import Crop, Padding, ProcessingOptions
from imgsvc.transforms.planning.resampling import Resampling, resampling
from imgsvc.transforms.planning.rounding import half_away, half_even, larger_of, scaled, smaller_of
from imgsvc.transforms.planning.scaling import Scaling

# COMPAT: libvips' GIF writer counts bytes of RGBA in a signed 32-bit number.
_GIF_MAX_PIXELS = (2**31 - 1) // 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """Upright sizes on the way to the result."""

    scaling: Scaling
    # The image after scaling.
    scaled: Size
    # What was requested, times zoom and dpr.
    target: Wanted
    # What is kept of the scaled image.
    result_crop: Wanted
    # What `extend_aspect_ratio` grows it to.
    aspect_canvas: Wanted


def sizes(size: Size, options: ProcessingOptions, scaling: Scaling, max_dimension: int) -> Sizes:
    """All sizes of an image that is `size` before scaling, none longer than `max_dimension` (0: no limit)."""
    found = _sizes(size, options, scaling)
    longest = max(_outer(found, options))
    if not 0 < max_dimension < longest:
        return found
    return _sizes(size, options, scaling.times(max_dimension / longest, size))


def crop_size(size: Size, crop: Crop, shape: CropShape = CropShape()) -> Wanted:
    """The area that `crop` keeps of an upright image, brought to `shape`."""
    area = Wanted(_crop_side(size.width, crop.width), _crop_side(size.height, crop.height))
    return _shaped(smaller_of(area, size), size, shape) if shape.ratio else area


def _shaped(area: Size, whole: Size, shape: CropShape) -> Wanted:
    """Its longer side made shorter, or its shorter one longer; what exceeds the image shrinks, its shape kept."""
    width, height = float(area.width), float(area.height)
    # Beyond these, a side is a pixel anyway.
    ratio = max(1e-9, min(shape.ratio, 1e9))
    if (width / height > ratio) != shape.enlarges:
        width = height * ratio
    else:
        height = width / ratio
    fits = min(1.0, whole.width / width, whole.height / height)
    return Wanted(max(1, half_away(width * fits)), max(1, half_away(height * fits)))


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


def _crop_side(side: int, wanted: float) -> int | None:
    if wanted == 0:
        return None
    return int(wanted) if wanted >= 1 else max(1, half_away(side * wanted))


def _sizes(size: Size, options: ProcessingOptions, scaling: Scaling) -> Sizes:
    after = scaled(size, scaling.x, scaling.y)
    target = Wanted(
        _target_side(options.width, scaling.dpr * options.zoom_x),
        _target_side(options.height, scaling.dpr * options.zoom_y),
    )
    shrinks_crop = options.resizing_type is ResizingType.FILL_DOWN and not options.enlarge
    crop = _in_ratio_within(after, target) if shrinks_crop else target
    around = _in_ratio_around(smaller_of(crop, after), target) if options.extend_aspect_ratio.enabled else Wanted()
    return Sizes(scaling, after, target, crop, around)


def _target_side(wanted: int, factor: float) -> int | None:
    """At least a pixel of what is asked for."""
    return max(1, half_away(wanted * factor)) if wanted else None


def _in_ratio_within(image: Size, target: Wanted) -> Wanted:
    """The target, or where it exceeds the image the largest area of its aspect ratio."""
    if target.width is None or target.height is None:
        return Wanted(*(wish and min(wish, side) for wish, side in zip(target, image, strict=True)))
    wide, high = target.width / image.width, target.height / image.height
    if wide > high and wide > 1:
        return Wanted(image.width, max(1, half_away(image.width * target.height / target.width)))
    if high > wide and high > 1:
        return Wanted(max(1, half_away(image.height * target.width / target.height)), image.height)
    return target


def _in_ratio_around(image: Size, target: Wanted) -> Wanted:
    """The smallest area of the target's aspect ratio that holds the image."""
    if target.width is None or target.height is None:
        return Wanted()
    wide, high = target.width / image.width, target.height / image.height
    if high > wide:
        return Wanted(image.width, half_away(image.width * target.height / target.width))
    if wide > high:
        return Wanted(half_away(image.height * target.width / target.height), image.height)
    return Wanted()


def _outer(found: Sizes, options: ProcessingOptions) -> Size:
    """The result with canvas and padding."""
    size = smaller_of(found.result_crop, found.scaled)
    if options.extend.enabled:
        size = larger_of(found.target, size)
    elif options.extend_aspect_ratio.enabled:
        size = larger_of(found.aspect_canvas, size)
    padding = padding_of(options.padding, found.scaling.dpr)
    return Size(size.width + padding.left + padding.right, size.height + padding.top + padding.bottom)
