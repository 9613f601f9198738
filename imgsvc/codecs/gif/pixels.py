"""Pixels of frames that are opaque or not there, as numbers that are compared at once."""

import numpy
import numpy.typing
from PIL import Image

from imgsvc.codecs.color.palette import OPAQUE_FROM
from imgsvc.options.modes import has_alpha

# 0 is nothing at all; a color is 255, blue, green and red, from the highest byte down.
Pixels = numpy.typing.NDArray[numpy.uint32]
Mask = numpy.typing.NDArray[numpy.bool_]
Distances = numpy.typing.NDArray[numpy.float32]
Indices = numpy.typing.NDArray[numpy.uint8]

OPAQUE = 0xFF000000
# How much more is seen of green than of blue: their squares add up to 3.
_WEIGHTS = numpy.array((0.94868, 1.22474, 0.7746), numpy.float32)
# PERF: distances of so many pixels at a time stay in a core's cache.
_PORTION = 1 << 13
# PERF: whether there are more colors than wanted so many pixels tell mostly.
_SAMPLE = 1 << 12
# SECURITY: of more pixels colors are told apart by six bits a channel.
_MOST_COMPARED, _CELLS = 1 << 18, 1 << 18


def pixels_of(image: Image.Image) -> Pixels:
    """A number for each pixel of an image in any mode."""
    rgba = numpy.frombuffer(image.convert("RGBA").tobytes(), "<u4").reshape(image.height, image.width)
    if not has_alpha(image.mode):
        return (rgba | OPAQUE).astype(numpy.uint32, copy=False)
    return numpy.where(rgba >= OPAQUE_FROM << 24, rgba | OPAQUE, numpy.uint32(0))


def image_of(pixels: Pixels) -> Image.Image:
    """Opaque pixels in RGB."""
    height, width = pixels.shape
    return Image.frombytes("RGB", (width, height), pixels.astype("<u4").tobytes(), "raw", "RGBX")


def channels(pixels: Pixels) -> Distances:
    """Red, green and blue, behind the other dimensions."""
    return numpy.stack([pixels >> shift & 0xFF for shift in (0, 8, 16)], -1).astype(numpy.float32)


def distances(one: Pixels, other: Pixels) -> Distances:
    """How unlike each pixel is to the other one, as the square of levels; as unlike as can be where one is nothing."""
    found = numpy.empty(one.shape, numpy.float32)
    ones, others, flat = one.ravel(), other.ravel(), found.reshape(-1)
    for at in range(0, len(flat), _PORTION):
        part = slice(at, at + _PORTION)
        flat[part] = numpy.square((channels(ones[part]) - channels(others[part])) * _WEIGHTS).sum(-1)
    found[(one == 0) | (other == 0)] = numpy.inf
    return found


def nearest(colors: Pixels, table: Pixels) -> tuple[numpy.typing.NDArray[numpy.intp], Distances]:
    """For each color which of the table's is most like it, and how unlike that is."""
    entries = channels(table) * _WEIGHTS
    lengths = numpy.square(entries).sum(1)
    indices, found = numpy.empty(len(colors), numpy.intp), numpy.empty(len(colors), numpy.float32)
    for at in range(0, len(colors), _PORTION):
        wanted = channels(colors[at : at + _PORTION]) * _WEIGHTS
        squares = lengths - 2 * wanted @ entries.T
        chosen = squares.argmin(1)
        indices[at : at + _PORTION] = chosen
        found[at : at + _PORTION] = squares[numpy.arange(len(chosen)), chosen] + numpy.square(wanted).sum(1)
    return indices, numpy.maximum(found, 0)


def colors_of(pixels: Pixels, most: int) -> Pixels | None:
    """All colors among pixels in a row, if there are no more than so many; PERF: of most photographs some tell."""
    step = -(-len(pixels) // _SAMPLE)
    if step > 1 and len(numpy.unique(pixels[::step])) > most:
        return None
    found = numpy.unique(pixels)
    return found if len(found) <= most else None


def places(pixels: Pixels, table: Pixels) -> tuple[Indices, Mask]:
    """Where each is in a table of at most 256, and whether it is there."""
    indices, is_there = numpy.zeros(pixels.shape, numpy.uint8), numpy.zeros(pixels.shape, numpy.bool_)
    order = table.argsort()
    flat, found, those = pixels.ravel(), indices.reshape(-1), is_there.reshape(-1)
    for at in range(0, len(flat) if len(table) else 0, _PORTION):
        part = slice(at, at + _PORTION)
        chosen = order[numpy.searchsorted(table, flat[part], sorter=order).clip(max=len(table) - 1)]
        found[part], those[part] = chosen, table[chosen] == flat[part]
    return indices, is_there


def in_table(pixels: Pixels, table: Pixels) -> tuple[Pixels, Distances]:
    """Pixels in a row in the colors of a table that are nearest, and how unlike they are."""
    if len(pixels) <= _MOST_COMPARED:
        colors, numbers = numpy.unique(pixels, return_inverse=True)
        indices, near = nearest(colors, table)
        return table[indices][numbers], near[numbers]
    # PERF: of noise each would be compared with each.
    cells = pixels >> 2 & 0x3F | pixels >> 4 & 0xFC0 | pixels >> 6 & 0x3F000
    used: Pixels = numpy.flatnonzero(numpy.bincount(cells, minlength=_CELLS)).astype(numpy.uint32)
    middles = (used & 0x3F) << 2 | (used & 0xFC0) << 4 | (used & 0x3F000) << 6 | OPAQUE | 0x020202
    chosen = numpy.zeros(_CELLS, numpy.uint32)
    chosen[used] = table[nearest(middles.astype(numpy.uint32), table)[0]]
    found: Pixels = chosen[cells]
    return found, distances(pixels, found)


def in_runs(mask: Mask, length: int) -> Mask:
    """What of it lies in runs of at least so many pixels of a row; `length` is a power of two."""
    if mask.shape[1] < length:
        return numpy.zeros_like(mask)
    begins, step = mask, 1
    while step < length:
        begins, step = begins[:, :-step] & begins[:, step:], 2 * step
    found = numpy.zeros_like(mask)
    for at in range(length):
        found[:, at : at + begins.shape[1]] |= begins
    return found
