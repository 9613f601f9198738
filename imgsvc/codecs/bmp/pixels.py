"""Reads the pixels of a bitmap: indices and usual layouts by Pillow's native decoder, others mask by mask."""

from collections.abc import Mapping

import numpy
import numpy.typing
from PIL import Image, ImageChops

from imgsvc.codecs.bmp.header import Bitmap, Compression
from imgsvc.codecs.bmp.run_length import unpack
from imgsvc.errors import UndecodableImageError

_TABLE_BYTES, _PIXELS_AT_ONCE = 768, 1 << 16
_BLACK_AND_WHITE, _GRAYS = b"\0\0\0\xff\xff\xff", bytes(level for index in range(256) for level in (index,) * 3)
_RAW_INDICES: Mapping[int, str] = {1: "P;1", 2: "P;2", 4: "P;4", 8: "P"}
# By bits and masks: Pillow's word for the usual layouts.
_RAW_COLORS: Mapping[tuple[int, tuple[int, int, int, int]], str] = {
    (16, (0x7C00, 0x03E0, 0x001F, 0)): "BGR;15",
    (16, (0xF800, 0x07E0, 0x001F, 0)): "BGR;16",
    (24, (0, 0, 0, 0)): "BGR",
    (32, (0xFF0000, 0x00FF00, 0x0000FF, 0)): "BGRX",
    (32, (0xFF0000, 0x00FF00, 0x0000FF, 0xFF000000)): "BGRA",
}

_Levels = numpy.typing.NDArray[numpy.uint8]


def image_of(bitmap: Bitmap, data: bytes) -> Image.Image:
    """All pixels, in gray, with a table, in RGB or in RGBA; UndecodableImageError if there is less than a row.

    COMPAT: of one that ends early browsers show the rows that came whole, and nothing for the rest; libvips nothing.
    """
    if bitmap.compression in (Compression.RUNS_4, Compression.RUNS_8, Compression.RUNS_24):
        return _from_runs(bitmap, data[bitmap.offset :])
    length = bitmap.row_bytes * bitmap.size.height
    pixels = data[bitmap.offset : bitmap.offset + length]
    return _of_rows(_plain(bitmap, pixels.ljust(length, b"\0")), bitmap, bitmap.rows(len(pixels)))


def _of_rows(image: Image.Image, bitmap: Bitmap, count: int) -> Image.Image:
    """The image of which so many rows have come."""
    width, height = bitmap.size
    if count == height:
        return image
    if not count:
        raise UndecodableImageError("bmp: there is less than a row of it")
    top = 0 if bitmap.is_top_down else height - count
    shown = Image.new("RGBA", bitmap.size)
    shown.paste(image.crop((0, top, width, top + count)).convert("RGBA"), (0, top))
    return shown


def _plain(bitmap: Bitmap, pixels: bytes) -> Image.Image:
    if bitmap.bits <= 8:
        return _indexed(bitmap, pixels)
    layout = _RAW_COLORS.get((bitmap.bits, bitmap.masks))
    return _raw(bitmap, pixels, "RGBA" if layout == "BGRA" else "RGB", layout) if layout else _masked(bitmap, pixels)


def _raw(bitmap: Bitmap, pixels: bytes, mode: str, layout: str) -> Image.Image:
    direction = 1 if bitmap.is_top_down else -1
    return Image.frombytes(mode, bitmap.size, pixels, "raw", layout, bitmap.row_bytes, direction)


def _indexed(bitmap: Bitmap, pixels: bytes) -> Image.Image:
    """PERF: of a table of grays the indices are the levels, and gray is a third of colors."""
    colors = _colors(bitmap)
    if bitmap.bits == 8 and colors == _GRAYS:
        return _raw(bitmap, pixels, "L", "L")
    if bitmap.bits == 1 and colors == _BLACK_AND_WHITE:
        return _raw(bitmap, pixels, "1", "1")
    return _colored(_raw(bitmap, pixels, "P", _RAW_INDICES[bitmap.bits]), bitmap)


def _colored(indices: Image.Image, bitmap: Bitmap) -> Image.Image:
    """Indices with their table; a color that it lacks is black."""
    indices.putpalette(_colors(bitmap).ljust(_TABLE_BYTES, b"\0"))
    return indices


def _colors(bitmap: Bitmap) -> bytes:
    """The table in red, green and blue."""
    table, step = bitmap.table, bitmap.entry_bytes
    return bytes(level for color in zip(table[2::step], table[1::step], table[::step], strict=False) for level in color)


def _masked(bitmap: Bitmap, pixels: bytes) -> Image.Image:
    """PERF: some rows at a time, for what is worked out takes twenty times their memory."""
    _check(bitmap.masks)
    (width, height), kind = bitmap.size, numpy.dtype("<u2" if bitmap.bits == 16 else "<u4")
    numbers = numpy.frombuffer(pixels, kind, bitmap.row_bytes // kind.itemsize * height).reshape(height, -1)[:, :width]
    masks = bitmap.masks if bitmap.masks[3] else bitmap.masks[:3]
    levels = numpy.empty((height, width, len(masks)), numpy.uint8)
    step = max(1, _PIXELS_AT_ONCE // width)
    for top in range(0, height, step):
        for channel, mask in enumerate(masks):
            levels[top : top + step, :, channel] = _levels(numbers[top : top + step], mask)
    return Image.fromarray(levels if bitmap.is_top_down else levels[::-1])


def _check(masks: tuple[int, ...]) -> None:
    """Each is bits side by side."""
    # Adding its lowest bit makes one bit of those that are side by side.
    if any(mask & (mask + (mask & -mask)) for mask in masks):
        raise UndecodableImageError("a bitmap with masks of {:x} {:x} {:x} {:x}".format(*masks))


def _levels(rows: numpy.typing.NDArray[numpy.integer], mask: int) -> _Levels:
    """What is behind one mask, in eight bits."""
    if not mask:
        return numpy.zeros(rows.shape, numpy.uint8)
    shift = (mask & -mask).bit_length() - 1
    bits = (mask >> shift).bit_length()
    shift += max(0, bits - 8)
    most = (1 << min(bits, 8)) - 1
    wide = ((rows & mask) >> shift).astype(numpy.uint32)
    return ((wide * 255 + most // 2) // most).astype(numpy.uint8)


def _from_runs(bitmap: Bitmap, stream: bytes) -> Image.Image:
    """What is jumped over is black, whatever the first color is."""
    width, height = bitmap.size
    came = unpack(stream, width, height, bitmap.bits)
    mode, layout, row = ("RGB", "BGR", 3 * width) if bitmap.bits == 24 else ("P", "P", width)
    direction = 1 if bitmap.is_top_down else -1
    image = Image.frombytes(mode, bitmap.size, came.pixels, "raw", layout, row, direction)
    if mode == "P":
        image = _colored(image, bitmap)
        image = image if came.is_all_said else _without_unsaid(image, bitmap, stream, came.pixels)
    return _of_rows(image, bitmap, came.rows)


def _without_unsaid(image: Image.Image, bitmap: Bitmap, stream: bytes, pixels: bytes) -> Image.Image:
    """Nothing is said of a pixel that is as it was, whatever it was."""
    (width, height), direction = bitmap.size, 1 if bitmap.is_top_down else -1
    others = unpack(stream, width, height, bitmap.bits, fill=1).pixels
    indices, other = (
        Image.frombytes("L", bitmap.size, each, "raw", "L", width, direction) for each in (pixels, others)
    )
    shown = image.convert("RGB")
    shown.paste((0, 0, 0), mask=ImageChops.difference(indices, other).point([0] + [255] * 255))
    return shown
