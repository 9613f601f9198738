"""Which part of an image the pixels of a scaled one stand for.

A side is a whole number of pixels, and a factor rarely makes it so. The picture is not stretched to fit: a
fraction of a pixel is cut off or added at its edges, as in libvips.
"""

import math
from dataclasses import dataclass

from imgsvc.options.geometry import Axis, Box, Shrinking, Size

# Of a pixel of the result.
HALF = -0.5
# PERF: a box filter first, down to no less than this many times the result, takes a third of the time.
# COMPAT: libvips does the same with the same number.
_GAP = 2.0
# NOTE: Pillow's `reduce` multiplies by a rounded 24-bit reciprocal: a block of 2000x2000 comes out 5 % darker.
MOST_BLOCK = 128


@dataclass(frozen=True, slots=True)
class Span:
    """Along one side: pixels of the result, and where on the source they begin and end, which may be beside it."""

    pixels: int
    start: float
    end: float

    @property
    def enlarges(self) -> bool:
        """There are more pixels than before."""
        return self.end - self.start < self.pixels

    def moved(self, by: float) -> "Span":
        """The same span of a source that begins `by` earlier."""
        return Span(self.pixels, self.start + by, self.end + by)

    def part(self, first: int, last: int) -> "Span":
        """From one pixel of the result to before another, which are the same pixels still."""
        if (first, last) == (0, self.pixels):
            return self
        step = (self.end - self.start) / self.pixels
        return Span(last - first, self.start + first * step, self.start + last * step)

    def axis(self, first: int, last: int) -> Axis:
        """What the native resampler is told, of those pixels of the result."""
        return Axis(self.pixels, self.start, self.end, first, last)

    def block(self, side: int) -> int:
        """How many pixels of a `side` can be averaged to one before the filter."""
        # COMPAT: of the pixels that there are, as in libvips (reduceh.cpp), though a small result stands for more or
        # fewer.
        return min(max(1, int(side / self.pixels / _GAP)), MOST_BLOCK)

    def divided(self, by: int) -> "Span":
        """The same span of a source that is `by` times smaller."""
        return Span(self.pixels, self.start / by, self.end / by)


@dataclass(frozen=True, slots=True)
class Resampling:
    """A span for each axis of an image of `source` pixels."""

    source: Size
    across: Span
    down: Span
    # One axis shrinks first, and moves by half a pixel of the result while the other one grows.
    moves: bool = False

    @property
    def size(self) -> Size:
        """The size that comes out."""
        return Size(self.across.pixels, self.down.pixels)

    @property
    def shrinks(self) -> bool:
        """Both axes get smaller, or one of them while the other stays."""
        return self.size != self.source and not (self.moves or self.across.enlarges or self.down.enlarges)

    def shrinking(self, part: Box | None = None, *, linear: bool = False) -> Shrinking:
        """The same for what shrinks, or for a part of the result."""
        kept = part or Box(0, 0, *self.size)
        return Shrinking(self.across.axis(kept.left, kept.right), self.down.axis(kept.top, kept.bottom), linear)


def resampling(source: Size, x: float, y: float) -> Resampling:
    """Scale `source` by a factor for each axis."""
    # COMPAT: where libvips enlarges either axis (resize.c), all is half a pixel of the result further right and down.
    shift = HALF if max(x, y) > 1 else 0.0
    across, down = _span(source.width, x, shift), _span(source.height, y, shift)
    return Resampling(source, across, down, moves=min(x, y) < 1 < max(x, y))


def stretching(source: Size, size: Size) -> Resampling:
    """All of `source`, stretched to exactly `size`."""
    return Resampling(source, Span(size.width, 0, source.width), Span(size.height, 0, source.height))


def _span(side: int, factor: float, shift: float) -> Span:
    if factor >= 1:
        # The pass that enlarges moves the other axis too, if that one shrinks.
        pixels = math.floor(side * factor + 0.5)
        return Span(pixels, shift / factor, (pixels + shift) / factor)
    # COMPAT: libvips rounds the quotient, which is not always the product, and keeps the middle (reduceh.cpp).
    shrink = 1 / factor
    pixels = max(1, math.floor(side / shrink + 0.5))
    start = (side - pixels * shrink) / 2
    return Span(pixels, start, start + pixels * shrink)
