"""How large a source is decoded, or drawn: no larger than its plan needs, and what that does to the plan."""

import math
from dataclasses import dataclass

from imgsvc.options.geometry import Gravity, GravityType, Size, Wanted
from imgsvc.transforms.planning.bounds import MAX_PIXELS
from imgsvc.transforms.planning.rounding import half_away, half_even, scaled
from imgsvc.transforms.planning.scaling import Scaling

# How many times the pixels of the result a side has at least where it is scaled finely: about twice, for a decoder's
# own scaling blurs, and knows nothing of linear light (docs/performance.md). PERF: 1920 into 512 is halved by it;
# decoded whole it takes 16 ms for 12, and gains a fifth of a point.
FINE_MARGIN = 1.8
# Held whole is no more for its sake: 20 MiB, with which a request takes a fifth more memory at most.
_MOST_PIXELS = 5 << 20


@dataclass(frozen=True, slots=True)
class Loading:
    """The size (upright) that is decoded or drawn, and the decoder's divisor that gives it."""

    size: Size
    shrink: int = 1


def guarded(size: Size, max_pixels: int) -> Size:
    """A vector image's own size, brought below a limit that would refuse any other source; 0 is no limit."""
    area = size.width * size.height
    if not 0 < max_pixels < area:
        return size
    factor = math.sqrt(max_pixels / area)
    return scaled(size, factor, factor)


def raster(size: Size, scaling: Scaling, shrinks: tuple[int, ...], margin: float = 1.0) -> Loading:
    """The largest divisor of those that the decoder offers which leaves `margin` times the pixels that are needed."""
    most = _preshrink(size, scaling) / margin
    shrink = max((each for each in shrinks if each <= most), default=1)
    return Loading(Size(max(1, size.width // shrink), max(1, size.height // shrink)), shrink)


def freely(size: Size, scaling: Scaling, margin: float = 1.0, whole_up_to: float = 1.0) -> Loading:
    """`margin` times what is needed, from a decoder that gives any size; less, or just that, of a large picture.

    All of it where it is made smaller by no more than `whole_up_to`.
    """
    most = _preshrink(size, scaling)
    held = math.sqrt(size.width * size.height / _MOST_PIXELS)
    if most <= whole_up_to and held <= 1:
        return Loading(size)
    factor = max(1.0, most / margin, min(most, held))
    return Loading(scaled(size, 1 / factor, 1 / factor))


def from_thumbnail(size: Size, scaling: Scaling, thumbnails: tuple[Size, ...], margin: float = 1.0) -> Loading:
    """The smallest of the copies in the file with `margin` times the pixels that are needed; else the picture itself.

    COMPAT: imgproxy looks at the first alone.
    """
    most = _preshrink(size, scaling) / margin
    enough = [each for each in thumbnails if max(_actual(size, Loading(each))) <= most]
    return Loading(min(enough, default=size))


def vector(size: Size, scaling: Scaling) -> Loading:
    """Drawn at the size that is needed, or as near to it as memory allows."""
    factor = min(1 / _preshrink(size, scaling), math.sqrt(MAX_PIXELS / (size.width * size.height)))
    return Loading(scaled(size, factor, factor))


def rescaled(size: Size, loading: Loading, scaling: Scaling) -> tuple[float, float]:
    """What is left to scale; exactly 1 where the decoder has done it all."""
    if loading.size == size:
        return scaling.x, scaling.y
    shrunk_x, shrunk_y = _actual(size, loading)
    x, y = scaling.x * shrunk_x, scaling.y * shrunk_y
    after = scaled(loading.size, x, y)
    return (
        1.0 if after.width == loading.size.width else x,
        1.0 if after.height == loading.size.height else y,
    )


def shrunk_crop(crop: Wanted, size: Size, loading: Loading) -> Wanted:
    """A crop in pixels of what is decoded."""
    shrinks = _actual(size, loading)
    sides = (None if side is None else max(1, half_away(side / by)) for side, by in zip(crop, shrinks, strict=True))
    return Wanted(*sides)


def shrunk_gravity(gravity: Gravity, size: Size, loading: Loading) -> Gravity:
    """Offsets in pixels of what is decoded; fractions stay what they are."""
    if gravity.type is GravityType.FOCUS_POINT:
        return gravity
    x, y = _actual(size, loading)
    return Gravity(gravity.type, _shrunk_offset(gravity.x, x), _shrunk_offset(gravity.y, y))


def _actual(size: Size, loading: Loading) -> tuple[float, float]:
    """How many pixels went into one of what is decoded.

    COMPAT: a quotient of its own, as in imgproxy (scale_on_load.go): whether a side ends at a half depends on it.
    """
    return size.width / loading.size.width, size.height / loading.size.height


def _shrunk_offset(value: float, shrink: float) -> float:
    # Rounded, or 1 pixel would become a fraction of the side.
    return half_even(value / shrink) if abs(value) >= 1 else value


def _preshrink(size: Size, scaling: Scaling) -> float:
    needed = scaled(size, scaling.x, scaling.y)
    return min(size.width / needed.width, size.height / needed.height)
