"""Finds the table of colors for a frame: all that there are, those of a table that is there, or the best few.

A color of a frame is dithered nowhere: between frames dither flickers, what stays like before is drawn anew, and at
the same size of the file it looks less like its source than more colors do.
"""

from dataclasses import dataclass

import numpy
import numpy.typing

from imgsvc.codecs.color.palette import representatives
from imgsvc.codecs.gif.differences import Difference
from imgsvc.codecs.gif.pixels import (
    OPAQUE,
    Distances,
    Mask,
    Pixels,
    channels,
    colors_of,
    distances,
    image_of,
    in_table,
    nearest,
)

_MOST_COLORS = 256
_NONE = numpy.array([], "uint32")
# Colors that are exactly as they should be: pixels that differ by less than is seen may stay as they were.
_EXACT = 10.0
# Where no more than a fourth of the screen is drawn, in so many new colors, none stays that differs at all: it costs
# next to nothing.
_LITTLE, _FEW = 4, 16
# Colors that are near ones anyway: pixels may stay that are so much worse than they would be.
_NEAR = 2.5
# A table fits as long as its colors are no more unlike on average.
_FITTING = 4.0
# So much worse a pixel may be for having the color of the one to its left.
_SMOOTH = 2.0
# A table is no larger than pays: a color for so many pixels, but never fewer than these, by the bits of the source's.
_PIXELS_A_COLOR, _FEWEST, _FEWEST_BY_BITS = 2, 7, {1: 3, 2: 4}
# Tables of so many colors cost more than longer codes do: they go into the shared one while there is room.
_LARGE = 128
# PERF: of so many pixels it is asked how they look in a table.
_SAMPLE = 1 << 12
# SECURITY: of so many pixels a table is found, evenly from all.
_MOST_PIXELS = 1 << 16
# An entry of which a fourth is one color stands for that.
_FLAT_SHARE = 4


@dataclass(frozen=True, slots=True)
class Drawing:
    """A frame in the colors of a table."""

    # In the box of its difference; where it is not drawn they mean nothing.
    colors: Pixels
    drawn: Mask
    table: Pixels
    is_shared: bool
    # Nothing stays: the table needs no entry that is transparent.
    is_whole: bool


class Tables:
    """The table that frames share, which grows with them, and those of frames that it does not fit."""

    def __init__(self, bits: int) -> None:
        """`bits` are those of the largest table of the source."""
        self._most = 1 << bits
        self.shared = _NONE
        # One of all 256 colors has none that is transparent.
        self.is_full = False
        self._is_begun = False

    def drawing(self, difference: Difference) -> Drawing:
        """The frame in the colors that suit it."""
        if not self._is_begun:
            return self._first(difference)
        return self._exact(difference) or self._fitting(difference) or self._of_its_own(difference)

    def _first(self, difference: Difference) -> Drawing:
        self._is_begun, drawn = True, difference.drawn
        wanted = difference.wanted
        colors = colors_of(wanted[drawn], min(self._most, _MOST_COLORS - (not drawn.all())))
        if colors is None:
            wanted, _ = _quantized(wanted, drawn, self._fewer(difference))
            colors = numpy.unique(wanted[drawn])
        self.shared, self.is_full = colors, len(colors) == _MOST_COLORS
        return Drawing(wanted, drawn, self.shared, is_shared=True, is_whole=self.is_full)

    def _exact(self, difference: Difference) -> Drawing | None:
        """With nothing lost that would be seen, if there are no more colors than in a table of the source."""
        if found := self._whole(difference):
            return found
        wanted, drawn = difference.wanted, difference.drawn
        if numpy.count_nonzero(drawn) <= difference.screen_pixels // _LITTLE:
            colors = colors_of(wanted[drawn], _MOST_COLORS)
            new = _NONE if colors is None else numpy.setdiff1d(colors, self.shared)
            if colors is not None and len(new) <= _FEW and self._takes(new):
                return self._in_shared(wanted, drawn, new)
        drawn = difference.drawn_beyond(_EXACT)
        colors = colors_of(wanted[drawn], self._most)
        if colors is None:
            return None
        new = numpy.setdiff1d(colors, self.shared)
        if self._takes(new):
            return self._in_shared(wanted, drawn, new)
        if len(colors) == _MOST_COLORS and not drawn.all():
            wanted = _without_one(wanted, drawn, colors)
            colors = numpy.unique(wanted[drawn])
        return Drawing(wanted, drawn, colors, is_shared=False, is_whole=len(colors) == _MOST_COLORS)

    def _whole(self, difference: Difference) -> Drawing | None:
        """All of the box in a shared table that has nothing transparent."""
        if not self.is_full or not numpy.isin(difference.wanted, self.shared).all():
            return None
        drawn = numpy.ones_like(difference.drawn)
        return Drawing(difference.wanted, drawn, self.shared, is_shared=True, is_whole=True)

    def _fitting(self, difference: Difference) -> Drawing | None:
        """In the shared table, if it has colors that are near."""
        pixels = difference.wanted[difference.drawn]
        sample = pixels[:: -(-len(pixels) // _SAMPLE)]
        if self.is_full or not len(self.shared) or nearest(sample, self.shared)[1].mean() > _FITTING:
            return None
        found, distance = _in_table(difference.wanted, difference.drawn, self.shared)
        return self._in_shared(found, difference.drawn_beyond(distance + _NEAR))

    def _of_its_own(self, difference: Difference) -> Drawing:
        drawn = difference.drawn_beyond(_NEAR)
        found, distance = _quantized(difference.wanted, drawn, self._fewer(difference))
        drawn = drawn & difference.drawn_beyond(distance + _NEAR)
        table = numpy.unique(found[drawn])
        new = numpy.setdiff1d(table, self.shared)
        if self._most >= _LARGE and self._takes(new):
            return self._in_shared(found, drawn, new)
        return Drawing(found, drawn, table, is_shared=False, is_whole=bool(drawn.all()))

    def _takes(self, new: Pixels) -> bool:
        """Whether there is room for them, beside what is transparent."""
        return not self.is_full and len(self.shared) + len(new) < _MOST_COLORS

    def _in_shared(self, colors: Pixels, drawn: Mask, new: Pixels = _NONE) -> Drawing:
        self.shared = numpy.concatenate((self.shared, new))
        return Drawing(colors, drawn, self.shared, is_shared=True, is_whole=False)

    def _fewer(self, difference: Difference) -> int:
        """How many colors pay; there is one more that is transparent."""
        fewest = _FEWEST_BY_BITS.get(self._most.bit_length() - 1, _FEWEST)
        pixels = int(numpy.count_nonzero(difference.drawn))
        return max(fewest, min(self._most - 1, pixels // _PIXELS_A_COLOR))


def _quantized(wanted: Pixels, drawn: Mask, most: int) -> tuple[Pixels, Distances]:
    """What is drawn in at most so many colors, in runs where that hardly shows, and how unlike each pixel is then."""
    pixels = wanted[drawn]
    sample = pixels[:: -(-len(pixels) // _MOST_PIXELS)]
    colors, counts = numpy.unique(sample, return_counts=True)
    table = numpy.unique(_centers(colors, counts, _begun(sample, most)))
    found, distance = _in_table(wanted, drawn, table)
    left = numpy.roll(found, 1, 1)
    left[:, 0] = 0
    beside = distances(wanted, left)
    is_smooth = drawn & (beside <= distance + _SMOOTH)
    found[is_smooth], distance[is_smooth] = left[is_smooth], beside[is_smooth]
    return found, distance


def _begun(pixels: Pixels, most: int) -> Pixels:
    """A table as it is found for a still picture of these pixels."""
    side = int(len(pixels) ** 0.5) or 1
    square = pixels[: len(pixels) // side * side].reshape(-1, side)
    entries = numpy.array(representatives(image_of(square), most), numpy.uint32)
    return _numbers(*entries.T)


def _numbers(red: Pixels, green: Pixels, blue: Pixels) -> Pixels:
    return (red | green << 8 | blue << 16 | OPAQUE).astype(numpy.uint32)


def _centers(colors: Pixels, counts: numpy.typing.NDArray[numpy.intp], table: Pixels) -> Pixels:
    """The table with each entry in the middle of the colors that it stands for; flat areas keep theirs."""
    indices, _ = nearest(colors, table)
    totals = numpy.bincount(indices, counts, len(table))
    means = [
        numpy.bincount(indices, counts * each, len(table)) / numpy.maximum(totals, 1) for each in channels(colors).T
    ]
    red, green, blue = (numpy.rint(each).astype(numpy.uint32) for each in means)
    centers = numpy.where(totals > 0, _numbers(red, green, blue), table)
    # The most frequent of an entry comes last, and stays.
    order, most = counts.argsort(kind="stable"), numpy.zeros(len(table), numpy.intp)
    most[indices[order]] = order
    is_flat = (totals > 0) & (counts[most] * _FLAT_SHARE >= totals)
    found: Pixels = numpy.where(is_flat, colors[most], centers).astype(numpy.uint32)
    return found


def _in_table(wanted: Pixels, drawn: Mask, table: Pixels) -> tuple[Pixels, Distances]:
    """What is drawn in the colors of the table that are nearest, and how unlike they are."""
    found, distance = numpy.zeros_like(wanted), numpy.zeros(wanted.shape, numpy.float32)
    found[drawn], distance[drawn] = in_table(wanted[drawn], table)
    return found, distance


def _without_one(wanted: Pixels, drawn: Mask, colors: Pixels) -> Pixels:
    """Without the color that is missed least: it becomes the one that is most like it."""
    _, counts = numpy.unique(wanted[drawn], return_counts=True)
    square = distances(numpy.repeat(colors, len(colors)), numpy.tile(colors, len(colors))).reshape(len(colors), -1)
    numpy.fill_diagonal(square, numpy.inf)
    missed = int((square.min(1) * counts).argmin())
    return numpy.where(wanted == colors[missed], colors[square[missed].argmin()], wanted)
