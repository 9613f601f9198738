"""A part of a PNG that is not interlaced, as it is or shrunk while its rows come (requirements/pillow-simd.patch)."""

from dataclasses import dataclass

from PIL import Image, _imaging

from imgsvc.codecs.color.conversion import eight_bit
from imgsvc.codecs.native.shrinker import Shrinker, reduced
from imgsvc.codecs.png.header import CHANNELS, COLORS, GRAY, GRAY_ALPHA, PALETTE, RGB, Png
from imgsvc.codecs.png.pixels import image_of, modes_of
from imgsvc.options.geometry import Box, Shrinking

_OPAQUE = b"\xff" * COLORS


@dataclass(frozen=True, slots=True)
class _Samples:
    """The mode of the result; 256 colors of four bytes, or else the samples of a color that is not there, if any."""

    mode: str
    table: bytes | None = None
    absent: bytes | None = None


def part_of(png: Png, box: Box, shrinking: Shrinking | None) -> Image.Image:
    """The pixels in `box` as gray or RGB of 8 bits, with alpha where there may be some; or fewer, made of them.

    What is damaged, or ends early, is decoded whole and shrunk after it.
    """
    modes_of(png)
    samples = _samples(png)
    shrinker = Shrinker(samples.mode, box.size, shrinking) if shrinking else None
    image = shrinker.made if shrinker else Image.new(samples.mode, box.size)
    shape = (*png.size, png.depth, CHANNELS[png.color_type])
    target = shrinker.native if shrinker else image.im
    if _imaging.png_rows(target, png.contents, shape, box, samples.table, samples.absent):
        return shrinker.image() if shrinker else image
    del image, shrinker, target
    return reduced(eight_bit(image_of(png)), box, shrinking)


def _samples(png: Png) -> _Samples:
    alpha = png.transparency
    if png.color_type == PALETTE:
        return _Samples("RGBA" if alpha else "RGB", _table_of_colors(*png.colors))
    if png.color_type == GRAY and png.depth <= 8:
        return _gray(png.depth, alpha[1] if alpha else None)
    if png.color_type == GRAY:
        return _Samples("LA" if alpha else "L", absent=alpha)
    if png.color_type == RGB:
        return _Samples("RGBA" if alpha else "RGB", absent=alpha[1::2] if alpha and png.depth <= 8 else alpha)
    return _Samples("LA" if png.color_type == GRAY_ALPHA else "RGBA")


def _gray(depth: int, absent: int | None) -> _Samples:
    most = (1 << depth) - 1
    is_absent = absent is not None and absent <= most
    if depth == 8 and not is_absent:
        return _Samples("L")
    levels = (level * 255 // most for level in range(most + 1))
    table = b"".join(bytes((each, each, each, 0 if at == absent else 255)) for at, each in enumerate(levels))
    return _Samples("LA" if is_absent else "L", table.ljust(4 * COLORS, b"\0"))


def _table_of_colors(table: bytes, levels: bytes | None) -> bytes:
    colors = (table[at : at + 3] for at in range(0, len(table), 3))
    return b"".join(color + bytes((level,)) for color, level in zip(colors, levels or _OPAQUE, strict=True))
