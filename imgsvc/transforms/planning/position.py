"""Where a smaller rectangle lies in a larger one: gravity, offsets and focus point in pixels."""

from dataclasses import dataclass

from imgsvc.options.geometry import Box, Gravity, GravityType, Size, Wanted
from imgsvc.transforms.planning.rounding import half_even, larger_of, smaller_of


@dataclass(frozen=True, slots=True)
class Cut:
    """An area to keep; `box` is None where only the pixels can tell its place (smart gravity)."""

    size: Size
    box: Box | None


@dataclass(frozen=True, slots=True)
class Canvas:
    """A larger area, and where on it the image lies."""

    size: Size
    left: int
    top: int


def cut(outer: Size, inner: Wanted, gravity: Gravity, offset_scale: float = 1.0) -> Cut | None:
    """Keep `inner` of `outer`; None is that there is nothing to cut off."""
    size = smaller_of(inner, outer)
    if size == outer:
        return None
    if gravity.type is GravityType.SMART:
        return Cut(size, None)
    left, top = position(outer, size, gravity, offset_scale)
    return Cut(size, Box(left, top, left + size.width, top + size.height))


def canvas(image: Size, wanted: Wanted, gravity: Gravity, offset_scale: float) -> Canvas | None:
    """Grow `image` to `wanted`, where a side that is smaller stays as it is; None if nothing grows."""
    size = larger_of(wanted, image)
    return Canvas(size, *position(size, image, gravity, offset_scale)) if size != image else None


def position(
    outer: Size, inner: Size, gravity: Gravity, offset_scale: float = 1.0, *, overflows: bool = False
) -> tuple[int, int]:
    """Left and top of `inner` in `outer`; `overflows`: all but one pixel of it may hang over an edge."""
    kind = gravity.type
    if kind is GravityType.FOCUS_POINT:
        left = half_even(outer.width * gravity.x) - inner.width // 2
        top = half_even(outer.height * gravity.y) - inner.height // 2
    else:
        left = _along(outer.width, inner.width, kind.horizontal, offset(gravity.x, outer.width, offset_scale))
        top = _along(outer.height, inner.height, kind.vertical, offset(gravity.y, outer.height, offset_scale))
    return (
        _within(left, outer.width, inner.width, overflows),
        _within(top, outer.height, inner.height, overflows),
    )


def overlap(outer: Size, inner: Size, left: int, top: int) -> Box | None:
    """The part of `outer` that `inner` covers from `left`, `top` on; None if it lies outside."""
    box = Box(max(0, left), max(0, top), min(outer.width, left + inner.width), min(outer.height, top + inner.height))
    return box if min(box.size) > 0 else None


def moved(box: Box, right: int, down: int) -> Box:
    """The same rectangle elsewhere."""
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def offset(value: float, side: int, scale: float) -> int:
    """Pixels: those of the option, scaled, from 1 on; a fraction of the side below."""
    return half_even(value * scale if abs(value) >= 1 else side * value)


def _along(outer: int, inner: int, anchor: int, inwards: int) -> int:
    if anchor < 0:
        return inwards
    if anchor > 0:
        return outer - inner - inwards
    return half_even((outer - inner + 1) / 2) + inwards


def _within(start: int, outer: int, inner: int, overflows: bool) -> int:
    low, high = (1 - inner, outer - 1) if overflows else (0, outer - inner)
    return max(low, min(start, high))
