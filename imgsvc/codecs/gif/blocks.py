"""Compresses what is drawn of a frame, in the way that takes the fewest bytes."""

from dataclasses import dataclass, replace
from io import BytesIO

import numpy
from PIL import Image, ImageFile

from imgsvc.codecs.gif.differences import Difference, around, part_of
from imgsvc.codecs.gif.pixels import Indices, Mask, Pixels, in_runs, places
from imgsvc.codecs.gif.tables import MOST_COLORS, Drawing
from imgsvc.options.geometry import Box

_LEAST_CODE_BITS, _COLOR_BYTES = 2, 3
# Runs of what stays that are shorter may cost less if they are drawn.
_SHORT_RUNS = (2, 4, 8, 16)


@dataclass(frozen=True, slots=True)
class Block:
    """A frame as it stands in the file."""

    drawing: Drawing
    box: Box
    # The index that leaves a pixel as it is; COMPAT: as in imgproxy's files it may be the one behind the table.
    transparent: int | None
    # Empty if it is the shared one.
    table: bytes
    indices: Indices
    # What stays, and could be drawn again.
    again: Mask
    codes: bytes

    def shortest(self) -> "Block":
        """With some of what stays drawn once more, in the color that it has, if that is shorter."""
        if self.transparent is None or not self.again.any():
            return self
        left_out = _left_out(self.indices, self.again, self.transparent)
        stays = left_out == self.transparent
        ways = [self.indices, *(numpy.where(in_runs(stays, run), left_out, self.indices) for run in _SHORT_RUNS)]
        return replace(self, codes=min((self.codes, *map(packed, ways)), key=len))


def block_of(difference: Difference, drawing: Drawing) -> Block | None:
    """A frame with all left out that stays; None if there is no index left for that."""
    box, part = _needed(difference, drawing.drawn)
    drawn = drawing.drawn[part]
    indices, is_there = places(numpy.where(drawn, drawing.colors[part], difference.shown[part]), drawing.table)
    table = b"" if drawing.is_shared else table_of(drawing.table)
    is_used = numpy.bincount(indices[drawn], minlength=MOST_COLORS) > 0
    if drawn.all() or (is_used.all() and is_there.all()):
        # NOTE: Pillow clears to the background's color where a frame has none that is transparent.
        none = int(is_used.argmin()) if difference.is_cleared and not is_used.all() else None
        return Block(drawing, box, none, table, indices, numpy.zeros_like(drawn), packed(indices))
    if is_used.all():
        return None
    transparent = int(is_used.argmin())
    again = ~drawn & is_there & (indices != transparent)
    indices = _left_out(indices, ~drawn & ~again, transparent)
    return Block(drawing, box, transparent, table, indices, again, packed(_left_out(indices, again, transparent)))


def packed(indices: Indices) -> bytes:
    """Compressed, with codes that begin as short as can be."""
    bits = max(_LEAST_CODE_BITS, int(indices.max()).bit_length())
    file = BytesIO()
    image = Image.fromarray(indices, "P")
    ImageFile._save(image, file, [ImageFile._Tile("gif", (0, 0, *image.size), 0, ("P", bits, 0))])
    return bytes([bits]) + file.getvalue() + b"\0"


def table_of(colors: Pixels) -> bytes:
    """A palette."""
    return filled(colors.astype("<u4").view(numpy.uint8).reshape(-1, 4)[:, :_COLOR_BYTES].tobytes())


def filled(table: bytes) -> bytes:
    """As long as its depth says."""
    return table.ljust(_COLOR_BYTES << depth_of(table), b"\0")


def depth_of(table: bytes) -> int:
    """In bits."""
    return max(1, (len(table) // _COLOR_BYTES - 1).bit_length())


def _needed(difference: Difference, drawn: Mask) -> tuple[Box, tuple[slice, slice]]:
    """The part of the difference's box in which something is drawn, and where it is in that."""
    whole = Box(0, 0, *difference.box.size)
    inner = whole if difference.is_fixed else around(drawn)
    left, top = difference.box.left, difference.box.top
    box = Box(left + inner.left, top + inner.top, left + inner.right, top + inner.bottom)
    return box, part_of(inner)


def _left_out(indices: Indices, mask: Mask, transparent: int) -> Indices:
    return numpy.where(mask, numpy.uint8(transparent), indices)
