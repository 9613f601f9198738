"""Tells what has to be drawn of a frame, over what is on the screen already."""

from dataclasses import dataclass

import numpy

from imgsvc.codecs.gif.pixels import Distances, Mask, Pixels, distances, in_runs
from imgsvc.options.geometry import Box, Size

# Fewer pixels that could stay cost more, between those that are drawn, than they save.
_LEAST_RUN = 4


@dataclass(frozen=True, slots=True)
class Difference:
    """A frame in the box that holds all that is drawn of it."""

    box: Box
    wanted: Pixels
    # What is there before it.
    shown: Pixels
    # Where it differs; elsewhere what is there stays.
    drawn: Mask
    # How unlike what is there is to what is wanted.
    distance: Distances
    # The box is cleared before the next frame.
    is_cleared: bool
    # No smaller box does: of the first frame, and where it is cleared.
    is_fixed: bool
    screen_pixels: int

    def drawn_beyond(self, most: Distances | float) -> Mask:
        """What is drawn where a pixel stays that is at most so unlike, if others beside it stay as well."""
        is_like = self.distance <= most
        return self.drawn & ~(is_like & in_runs(~self.drawn | is_like, _LEAST_RUN))


class Screen:
    """What a viewer has in front of him, frame by frame."""

    def __init__(self, size: Size) -> None:
        """Nothing is on it."""
        self._size = size
        self._shown = numpy.zeros((size.height, size.width), numpy.uint32)
        # What was wanted of the frame before, where it is still there.
        self._wanted = self._shown
        self._is_first = True

    def difference(self, frame: Pixels, following: Pixels | None) -> Difference:
        """What the frame is beside what is shown; the one after it says what has to be cleared."""
        drawn = (frame != 0) & ((frame != self._wanted) | (self._shown == 0))
        vanishing = (frame != 0) & (following == 0) if following is not None else numpy.zeros_like(drawn)
        is_cleared = bool(vanishing.any())
        box = Box(0, 0, *self._size) if self._is_first else around(drawn | vanishing)
        part = part_of(box)
        is_fixed = self._is_first or is_cleared
        self._is_first, self._wanted = False, frame
        return Difference(
            box,
            frame[part],
            self._shown[part],
            drawn[part],
            distances(frame[part], self._shown[part]),
            is_cleared,
            is_fixed,
            self._size.width * self._size.height,
        )

    def draw(self, difference: Difference, colors: Pixels, drawn: Mask) -> None:
        """Show it in the colors that it got."""
        part = part_of(difference.box)
        self._shown = self._shown.copy()
        if difference.is_cleared:
            self._wanted = self._wanted.copy()
            self._shown[part] = self._wanted[part] = 0
        else:
            self._shown[part] = numpy.where(drawn, colors, difference.shown)


def around(mask: Mask) -> Box:
    """The smallest box around it; a pixel's at least, which every frame has."""
    rows, columns = numpy.flatnonzero(mask.any(1)), numpy.flatnonzero(mask.any(0))
    if not len(rows):
        return Box(0, 0, 1, 1)
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def part_of(box: Box) -> tuple[slice, slice]:
    """Where it is in rows of pixels."""
    return slice(box.top, box.bottom), slice(box.left, box.right)
