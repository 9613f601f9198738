"""Unpacks the pixels of a PNG, by Pillow's native decoder, and finds those that are not there.

COMPAT: of one that ends early browsers and libvips show what there is, and black for the rest; so it is here, if that
is a row of it at least.
"""

import struct
import zlib
from collections.abc import Mapping
from contextlib import suppress

import numpy
from PIL import Image

from imgsvc.codecs.native.unpacking import Ending, unpack
from imgsvc.codecs.png.header import GRAY, GRAY_ALPHA, PALETTE, RGB, RGB_ALPHA, Png
from imgsvc.errors import UndecodableImageError

# By depth and type of color: Pillow's mode, and its word for how that is packed.
_MODES: Mapping[tuple[int, int], tuple[str, str]] = {
    (1, GRAY): ("1", "1"),
    (2, GRAY): ("L", "L;2"),
    (4, GRAY): ("L", "L;4"),
    (8, GRAY): ("L", "L"),
    (16, GRAY): ("I;16", "I;16B"),
    (8, RGB): ("RGB", "RGB"),
    (16, RGB): ("RGB", "RGB;16B"),
    (1, PALETTE): ("P", "P;1"),
    (2, PALETTE): ("P", "P;2"),
    (4, PALETTE): ("P", "P;4"),
    (8, PALETTE): ("P", "P"),
    (8, GRAY_ALPHA): ("LA", "LA"),
    (16, GRAY_ALPHA): ("RGBA", "LA;16B"),
    (8, RGB_ALPHA): ("RGBA", "RGBA"),
    (16, RGB_ALPHA): ("RGBA", "RGBA;16B"),
}
# The other byte of each sample.
_LOWER_BYTES = "RGB;16L"
# As much is unpacked at once to be counted: to 16 MiB at most.
_STEP = 16 << 10
_PACKED_HEADER_BYTES = 2


def image_of(png: Png) -> Image.Image:
    """All pixels, or those that came; what is transparent has alpha, or is told in `info` as Pillow does."""
    image = _unpacked(png, *modes_of(png))
    if png.color_type == PALETTE:
        table, levels = png.colors
        image.putpalette(table)
        if levels:
            image.info["transparency"] = levels
        return image
    if png.color_type == GRAY_ALPHA and png.depth == 16:
        # It comes in colors, which its gray profile does not fit.
        return image.convert("LA")
    return _without_color(image, png, png.transparency) if png.transparency else image


def planes_of(png: Png) -> tuple[Image.Image, ...]:
    """Red, green and blue of a picture of 16 bits, with all of them."""
    samples = samples_of(png)
    return tuple(Image.fromarray(numpy.ascontiguousarray(samples[..., at])) for at in range(3))


def samples_of(png: Png) -> numpy.typing.NDArray[numpy.uint16]:
    """Rows of pixels of three samples, of a picture in color of 16 bits."""
    higher, lower = (numpy.asarray(_unpacked(png, "RGB", each)) for each in ("RGB;16B", _LOWER_BYTES))
    samples: numpy.typing.NDArray[numpy.uint16] = higher.astype(numpy.uint16) << 8 | lower
    return samples


def modes_of(png: Png) -> tuple[str, str]:
    """Pillow's mode, and its word for how that is packed; UndecodableImageError where there are no such pixels."""
    modes = _MODES.get((png.depth, png.color_type))
    if modes is None or (png.color_type == PALETTE and not png.table):
        raise UndecodableImageError(f"a PNG of type {png.color_type} with {png.depth} bits and {len(png.table)} colors")
    return modes


def _without_color(image: Image.Image, png: Png, transparency: bytes) -> Image.Image:
    """The image, in which pixels of one color are transparent."""
    if png.depth < 16:
        levels, most = tuple(transparency[1::2]), (1 << png.depth) - 1
        if max(levels) <= most:
            color = tuple(level * 255 // most for level in levels)
            image.info["transparency"] = color if png.color_type == RGB else color[0]
        return image
    samples = struct.unpack(f">{len(transparency) // 2}H", transparency)
    if png.color_type == GRAY:
        levels_16 = numpy.asarray(image)
        gray = Image.fromarray((levels_16 >> 8).astype(numpy.uint8))
        gray.putalpha(_alpha(levels_16 != samples[0]))
        return gray
    lower = _unpacked(png, "RGB", _LOWER_BYTES)
    differs = (numpy.asarray(image) != [each >> 8 for each in samples]) | (
        numpy.asarray(lower) != [each & 0xFF for each in samples]
    )
    image.putalpha(_alpha(differs.any(axis=2)))
    return image


def _alpha(is_there: numpy.typing.NDArray[numpy.bool_]) -> Image.Image:
    return Image.fromarray(is_there.astype(numpy.uint8) * 255)


def _unpacked(png: Png, mode: str, raw_mode: str) -> Image.Image:
    image, packed = Image.new(mode, png.size), b"".join(png.contents)
    ending = unpack(image, packed, "zip", raw_mode, int(png.is_interlaced))
    if ending is Ending.WHOLE:
        return image
    came = _Came(png, packed)
    if ending is Ending.EARLY and came.has_row:
        return image
    # Of a picture that is all there a wrong checksum does not matter.
    if came.is_whole and unpack(image, came.sound, "zip", raw_mode, int(png.is_interlaced)) is Ending.WHOLE:
        return image
    raise UndecodableImageError(f"png: {ending.value}")


class _Came:
    """How much of the pixels there is, counted without what is around the packed data."""

    def __init__(self, png: Png, packed: bytes) -> None:
        unpacker, checksum, length, end = zlib.decompressobj(-zlib.MAX_WBITS), zlib.adler32(b""), 0, 0
        whole = sum(count * row for count, row in png.rows)
        with suppress(zlib.error):
            for at in range(_PACKED_HEADER_BYTES, len(packed), _STEP):
                part = unpacker.decompress(packed[at : at + _STEP])
                checksum, length = zlib.adler32(part, checksum), length + len(part)
                end = min(at + _STEP, len(packed)) - len(unpacker.unused_data)
                if unpacker.eof or length > whole:
                    break
        self.has_row = length >= next(png.rows)[1]
        self.is_whole = length >= whole and unpacker.eof
        self.sound = packed[:end] + struct.pack(">I", checksum)
