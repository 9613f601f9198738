"""By how much an image is scaled: resizing type, zoom, dpr, enlarge, minimal sides.

Worked out as how many source pixels go into one of the result, for each axis, as imgproxy does: the roundings
that follow depend on it.
"""

from dataclasses import dataclass

from imgsvc.options.geometry import ResizingType, Size
from imgsvc.options.processing import ProcessingOptions


@dataclass(frozen=True, slots=True)
class Scaling:
    """A factor for each axis, and the dpr that is left of the wish: offsets and paddings obey it too."""

    x: float
    y: float
    dpr: float

    def times(self, factor: float, size: Size) -> "Scaling":
        """All three by `factor`, but no side of `size` to less than a pixel."""
        return Scaling(max(self.x * factor, 1 / size.width), max(self.y * factor, 1 / size.height), self.dpr * factor)


def scaling(size: Size, options: ProcessingOptions, *, enlarges: bool) -> Scaling:
    """How `size`, upright and cropped, is scaled; `enlarges`: it may grow beyond its own pixels."""
    x, y = _shrinks(size, options)
    x, y, dpr = x / options.zoom_x, y / options.zoom_y, options.dpr
    if not enlarges:
        x, y, dpr = _held_back(x, y, dpr, is_extended=options.extend.enabled)
    x, y = _at_least(size, x, y, options)
    return Scaling(1 / min(x / dpr, size.width), 1 / min(y / dpr, size.height), dpr)


def _shrinks(size: Size, options: ProcessingOptions) -> tuple[float, float]:
    wanted = Size(options.width or size.width, options.height or size.height)
    x, y = size.width / wanted.width, size.height / wanted.height
    kind = options.resizing_type
    if kind is ResizingType.AUTO:
        kind = _resolved(size, wanted)
    if kind is ResizingType.FORCE:
        return x, y
    if not options.width:
        return y, y
    if not options.height:
        return x, x
    both = max(x, y) if kind is ResizingType.FIT else min(x, y)
    return both, both


def _resolved(size: Size, wanted: Size) -> ResizingType:
    """Auto: fill where both lie or both stand, else fit; a square lies."""
    same = (size.width >= size.height) == (wanted.width >= wanted.height)
    return ResizingType.FILL if same else ResizingType.FIT


def _held_back(x: float, y: float, dpr: float, *, is_extended: bool) -> tuple[float, float, float]:
    """Without enlarging, dpr gives way to what the source can give."""
    if (least := min(x, y)) < 1:
        x, y = x / least, y / least
        # The canvas of `extend` keeps the requested size, and with it the offsets on it.
        dpr = dpr if is_extended else dpr / least
    return x, y, min(dpr, x, y)


def _at_least(size: Size, x: float, y: float, options: ProcessingOptions) -> tuple[float, float]:
    """The minimal sides, which enlarge even where nothing else may."""
    if options.min_width and (most := size.width / options.min_width) < x:
        x, y = most, y / (x / most)
    if options.min_height and (most := size.height / options.min_height) < y:
        x, y = x / (y / most), most
    return x, y
