"""Offers tables of colors for a frame: all that there are, those of a table that is there, or the best few.

Which of them it gets, the encoder decides by what it comes to in bytes.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy

from imgsvc.codecs.gif.differences import Difference
from imgsvc.codecs.gif.pixels import Distances, Mask, Pixels, colors_of, nearest
from imgsvc.codecs.gif.quantizing import drawn_in, quantized

MOST_COLORS = 256
_NONE = numpy.array([], "uint32")
# Colors that are exactly as they should be: pixels that differ by less than is seen may stay as they were.
_EXACT = 10.0
# Where no more than a fourth of the screen is drawn, none stays that differs at all.
_LITTLE, _FEW = 4, 16
# Colors that are near ones anyway: pixels may stay that are so much worse than they would be.
_NEAR = 2.5
# A table fits as long as its colors are no more unlike on average.
_FITTING = 4.0
# A table is no larger than pays: a color for so many pixels, but never fewer than these, by the bits of the source's.
_PIXELS_A_COLOR, _FEWEST, _FEWEST_BY_BITS = 2, 7, {1: 3, 2: 4}
# Of so few pixels smaller tables are tried as well.
_SMALL, _SMALLER = 1 << 10, (64, 16)
# Codes are shorter or colors more, depending on whether there is one that is transparent.
_AROUND = {3, 7, 8}
# What a loss is worth in bytes, by the bits of the source's largest table: who has few colors shows few.
_LOSS_BYTES, _LOSS_BYTES_BY_BITS = 0.06, {1: 0.0015, 2: 0.0015, 3: 0.0015, 4: 0.008}
# A table of so many colors grows in steps that are not worth to be told apart.
_LARGE, _COLOR_BYTES = 128, 3
# PERF: of so many pixels it is asked how they look in a table.
_SAMPLE = 1 << 12


@dataclass(frozen=True, slots=True)
class Drawing:
    """A frame in the colors of a table."""

    # In the box of its difference; where it is not drawn they mean nothing.
    colors: Pixels
    drawn: Mask
    table: Pixels
    is_shared: bool
    # How unlike all of its pixels are, added up.
    loss: float = 0.0


class Tables:
    """The table that frames share, which grows with them, and those of frames that it does not fit."""

    def __init__(self, bits: int) -> None:
        """`bits` are those of the largest table of the source."""
        self._most = 1 << bits
        self.shared = _NONE
        self._is_begun = False
        self.loss_bytes = _LOSS_BYTES_BY_BITS.get(bits, _LOSS_BYTES)

    def growth(self, drawing: Drawing) -> int:
        """The bytes by which the shared table grows for it; of a large one, which others will use, by what it adds."""
        if len(drawing.table) > _LARGE:
            return _COLOR_BYTES * (len(drawing.table) - len(self.shared))
        return _COLOR_BYTES * (_rounded(drawing.table) - _rounded(self.shared))

    def take(self, drawing: Drawing) -> None:
        """Have it in the file."""
        self._is_begun = True
        if drawing.is_shared:
            self.shared = drawing.table

    def exact(self, difference: Difference) -> Iterator[Drawing]:
        """With nothing lost that would be seen; of the first frame all that there is."""
        if not self._is_begun:
            yield self._first(difference)
            return
        if found := self._in_few_new(difference):
            yield found
            return
        drawn = difference.drawn_beyond(_EXACT)
        if (colors := colors_of(difference.wanted[drawn], self._most)) is not None:
            yield from self._in(difference.wanted, drawn, colors)

    def _in_few_new(self, difference: Difference) -> Drawing | None:
        """With nothing lost at all, where little is drawn and the shared table has room for the few new colors."""
        wanted, drawn = difference.wanted, difference.drawn
        colors = colors_of(wanted[drawn], self._most) if _is_little(difference) else None
        new = _NONE if colors is None else numpy.setdiff1d(colors, self.shared)
        if colors is None or len(new) > _FEW or len(self.shared) + len(new) > MOST_COLORS:
            return None
        return Drawing(wanted, drawn, numpy.concatenate((self.shared, new)), is_shared=True)

    def all_colors(self, difference: Difference) -> Iterator[Drawing]:
        """With nothing lost, of which there may be more colors than in a table of the source; if little is drawn."""
        wanted, drawn = difference.wanted, difference.drawn
        if _is_little(difference) and (colors := colors_of(wanted[drawn], MOST_COLORS)) is not None:
            yield from self._in(wanted, drawn, colors)

    def fitting(self, difference: Difference) -> Iterator[Drawing]:
        """In the shared table, if it has colors that are near."""
        pixels = difference.wanted[difference.drawn]
        sample = pixels[:: -(-len(pixels) // _SAMPLE) or 1]
        if len(self.shared) and len(sample) and nearest(sample, self.shared)[1].mean() <= _FITTING:
            yield self._shared(difference)

    def _shared(self, difference: Difference) -> Drawing:
        found, distance = drawn_in(difference.wanted, difference.drawn, self.shared)
        drawn = difference.drawn_beyond(distance + _NEAR)
        return Drawing(found, drawn, self.shared, is_shared=True, loss=_loss(difference, drawn, distance))

    def of_its_own(self, difference: Difference) -> Iterator[Drawing]:
        """In the best few colors."""
        drawn, most = difference.drawn_beyond(_NEAR), self._fewer(difference)
        sizes = [most, *({most - 1, most + 1} & _AROUND)]
        if numpy.count_nonzero(drawn) <= _SMALL:
            sizes += [size for size in _SMALLER if _FEWEST < size < most]
            # However far its colors are.
            yield from (self._shared(difference),) if len(self.shared) else ()
        for size in sizes:
            yield from self._few(difference, drawn, size)

    def _few(self, difference: Difference, drawn: Mask, most: int) -> Iterator[Drawing]:
        """In at most so many colors."""
        found, distance = quantized(difference.wanted, drawn, most)
        left = drawn & difference.drawn_beyond(distance + _NEAR)
        # Of all colors none is left for what stays.
        left = drawn if len(colors := numpy.unique(found[left])) == MOST_COLORS else left
        yield from self._in(found, left, colors, _loss(difference, left, distance))

    def _first(self, difference: Difference) -> Drawing:
        drawn, wanted = difference.drawn, difference.wanted
        colors = colors_of(wanted[drawn], min(self._most, MOST_COLORS - (not drawn.all())))
        if colors is None:
            wanted, _ = quantized(wanted, drawn, self._fewer(difference))
            colors = numpy.unique(wanted[drawn])
        return Drawing(wanted, drawn, colors, is_shared=True)

    def _in(self, wanted: Pixels, drawn: Mask, colors: Pixels, loss: float = 0.0) -> Iterator[Drawing]:
        """In the shared table, if there is room for them, and in one of its own."""
        new = numpy.setdiff1d(colors, self.shared)
        if len(self.shared) + len(new) <= MOST_COLORS:
            table = numpy.concatenate((self.shared, new))
            yield Drawing(wanted, drawn, table, is_shared=True, loss=loss)
        if len(new):
            yield Drawing(wanted, drawn, colors, is_shared=False, loss=loss)

    def _fewer(self, difference: Difference) -> int:
        """How many colors pay."""
        fewest = _FEWEST_BY_BITS.get(self._most.bit_length() - 1, _FEWEST)
        pixels = int(numpy.count_nonzero(difference.drawn))
        return max(fewest, min(self._most - (not difference.drawn.all()), pixels // _PIXELS_A_COLOR))


def _is_little(difference: Difference) -> bool:
    return int(numpy.count_nonzero(difference.drawn)) <= difference.screen_pixels // _LITTLE


def _rounded(table: Pixels) -> int:
    """How many colors a table has in a file."""
    return 1 << max(1, (len(table) - 1).bit_length())


def _loss(difference: Difference, drawn: Mask, distance: Distances) -> float:
    """Of what is drawn, and of what differs and stays."""
    stays = difference.drawn & ~drawn
    return float(distance[drawn].sum()) + float(difference.distance[stays].sum())
