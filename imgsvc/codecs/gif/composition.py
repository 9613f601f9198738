"""Composes the frames of a GIF on its screen, as browsers do.

GIF89a leaves open what is where no frame has drawn, and what the background's color is for: in browsers there is
nothing, and for nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

import numpy
from PIL import Image, ImageChops

from imgsvc.codecs.gif.header import MOST_INDEX_BITS, Disposal, Frame, Layout, has_row
from imgsvc.codecs.gif.lzw import rows_of
from imgsvc.codecs.native.shrinker import Shrinker, assembled
from imgsvc.codecs.native.unpacking import Ending, unpack
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Box, Shrinking, Size

_NOTHING = (0, 0, 0, 0)
_TABLE_BYTES, _OPAQUE = 3 << MOST_INDEX_BITS, 255
# How far apart the rows are of an interlaced frame that have come with each of its passes.
_PASSES = (8, 4, 2)
# PERF: colors of so many at a time stay in a core's cache.
_BAND_PIXELS = 64 << 10


def composed(data: bytes, layout: Layout) -> Iterator[Image.Image]:
    """The whole screen with each frame on it, in RGB or RGBA, up to one that is damaged; of a first one what there is.

    UndecodableImageError if that is not even a row.
    """
    # What has been shown is never changed: the next screen is another image, or the same.
    screen: Image.Image | None = None
    for frame in layout.frames:
        is_first = frame is layout.frames[0]
        indices, mask, is_damaged = _first(frame, data) if is_first else _decoded(frame, data)
        if is_damaged and not is_first:
            return
        shown = _drawn(screen, layout.size, frame, indices, mask)
        yield shown
        if is_damaged:
            return
        screen = _left(screen, shown, frame)


def mode_of(layout: Layout, first: int = 0) -> str:
    """RGBA if something is seen through one of the frames from the first on, as long as they are not damaged."""
    screen = ""
    for number, frame in enumerate(layout.frames):
        covers = frame.box == (0, 0, *layout.size)
        shown = "RGB" if covers and frame.control.transparent is None else screen or "RGBA"
        if shown == "RGBA" and number >= first:
            return shown
        if frame.control.disposal is not Disposal.RESTORE:
            screen = shown if frame.control.disposal is Disposal.KEEP else ""
    return "RGB"


def first_part(data: bytes, layout: Layout, box: Box, shrinking: Shrinking | None) -> Image.Image:
    """What lies in a box of the screen with the first frame on it, in RGB or RGBA; or that shrunk.

    PERF: of a large one the indices are there, a byte each, and colors of some rows.
    """
    frame = layout.frames[0]
    covers = frame.box == (0, 0, *layout.size)
    if covers and shrinking and (rows_there := rows_of(frame, data)):
        return _shrunk(frame, rows_there, box, shrinking)
    indices, mask, _ = _first(frame, data)
    is_whole = mask is None and frame.control.transparent is None and covers
    rows = max(1, _BAND_PIXELS // box.size.width)
    bands = (Box(box.left, top, box.right, min(box.bottom, top + rows)) for top in range(box.top, box.bottom, rows))
    pieces = (_piece(frame, indices, mask, band) for band in bands)
    return assembled(pieces, "RGB" if is_whole else "RGBA", box.size, shrinking)


def _shrunk(frame: Frame, rows: Iterable[memoryview], box: Box, shrinking: Shrinking) -> Image.Image:
    """A part of a frame that covers the screen, shrunk while its rows are looked up in its table of colors."""
    shrinker = Shrinker("RGB" if frame.control.transparent is None else "RGBA", box.size, shrinking)
    colors = _colors(frame)
    for row in islice(rows, box.top, box.bottom):
        shrinker.put_indices(row[box.left : box.right], colors)
    return shrinker.image()


def _colors(frame: Frame) -> bytes:
    """256 of four bytes, one of them nothing if it is transparent. A color that its table lacks is black."""
    table = numpy.full((1 << MOST_INDEX_BITS, 4), _OPAQUE, numpy.uint8)
    table[:, :3] = numpy.frombuffer(frame.table.ljust(_TABLE_BYTES, b"\0"), numpy.uint8).reshape(-1, 3)
    if frame.control.transparent is not None:
        table[frame.control.transparent] = 0
    return table.tobytes()


def _piece(frame: Frame, indices: Image.Image, mask: Image.Image | None, box: Box) -> Image.Image:
    """What of a frame on an empty screen lies in a box."""
    left, top = max(box.left, frame.box.left), max(box.top, frame.box.top)
    right, bottom = max(left, min(box.right, frame.box.right)), max(top, min(box.bottom, frame.box.bottom))
    if left == right or top == bottom:
        return Image.new("RGBA", box.size)
    inside = (left - frame.box.left, top - frame.box.top, right - frame.box.left, bottom - frame.box.top)
    place = Box(left - box.left, top - box.top, right - box.left, bottom - box.top)
    came = mask.crop(inside) if mask else None
    return _drawn(None, box.size, replace(frame, box=place), indices.crop(inside), came)


def _first(frame: Frame, data: bytes) -> tuple[Image.Image, Image.Image | None, bool]:
    """The same as of any frame, of the first one as far as it goes; UndecodableImageError if that is not even a row."""
    indices, mask, is_damaged = _decoded(frame, data)
    if mask:
        if not has_row(data, frame):
            raise UndecodableImageError("gif: there is less than a row of its first frame")
        indices, mask = _spread(indices, mask, frame)
    return indices, mask, is_damaged


def _drawn(
    screen: Image.Image | None, size: Size, frame: Frame, indices: Image.Image, mask: Image.Image | None
) -> Image.Image:
    """The frame over what is on the screen; what lies beside it is cut off."""
    transparent = frame.control.transparent
    if transparent is not None:
        opaque = indices.point([index != transparent for index in range(1 << MOST_INDEX_BITS)], "1")
        mask = ImageChops.logical_and(mask, opaque) if mask else opaque
    # A color that its table lacks is black.
    indices.putpalette(frame.table.ljust(_TABLE_BYTES, b"\0"))
    if mask is None and frame.box == (0, 0, *size):
        return indices.convert("RGB")
    shown = screen.copy() if screen else Image.new("RGBA", size)
    shown.paste(indices.convert(shown.mode), frame.box[:2], mask)
    return shown


def _left(before: Image.Image | None, shown: Image.Image, frame: Frame) -> Image.Image | None:
    """What the next frame is drawn on; None is nothing at all."""
    if frame.control.disposal is Disposal.RESTORE:
        return before
    if frame.control.disposal is Disposal.KEEP:
        return shown
    if frame.box == (0, 0, *shown.size):
        return None
    cleared = shown.copy() if shown.mode == "RGBA" else shown.convert("RGBA")
    cleared.paste(_NOTHING, frame.box)
    return cleared


def _decoded(frame: Frame, data: bytes) -> tuple[Image.Image, Image.Image | None, bool]:
    """The pixels as they stand in the file, a mask of those that came unless all did, and whether they are damaged."""
    if rows := rows_of(frame, data):
        return rows.image(), None, False
    indices, codes = Image.new("L", frame.box.size), frame.codes(data)
    ending = _unpacked(indices, frame, codes)
    if ending is Ending.WHOLE:
        return indices, None, False
    # What stays as it was, whatever it was, has not come.
    other = Image.new("L", frame.box.size, 1)
    _unpacked(other, frame, codes)
    came = ImageChops.difference(indices, other).point([1] + [0] * 255, "1")
    return indices, came, ending is Ending.DAMAGED


def _spread(indices: Image.Image, came: Image.Image, frame: Frame) -> tuple[Image.Image, Image.Image]:
    """Of an interlaced frame that did not come whole the rows that did, in place of those below them that did not.

    COMPAT: so do browsers, unless one of its colors is transparent.
    """
    if not frame.is_interlaced or frame.control.transparent is not None:
        return indices, came
    levels, is_there = numpy.asarray(indices), numpy.asarray(came)
    is_whole, rows = numpy.all(is_there, axis=1, keepdims=True), numpy.arange(len(levels))
    above = rows
    for step in _PASSES:
        row = rows // step * step
        above = numpy.where(is_whole[row, 0], row, above)
    came = Image.fromarray(is_there | is_whole[above])
    return Image.fromarray(numpy.where(is_there, levels, levels[above])), came


def _unpacked(into: Image.Image, frame: Frame, codes: bytes | memoryview) -> Ending:
    if frame.code_bits > MOST_INDEX_BITS:
        return Ending.DAMAGED
    return unpack(into, codes, "gif", frame.code_bits, frame.is_interlaced, -1)
