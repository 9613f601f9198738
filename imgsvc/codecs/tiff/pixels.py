"""Makes a picture of a TIFF's samples: of what they mean, one of Pillow's modes."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial

import numpy
from PIL import Image

from imgsvc.codecs.tiff.layout import Layout, Numbers, Photometric
from imgsvc.codecs.tiff.levels import Levels, levels_of, levels_of_light, white_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.parts import Part, Parts
from imgsvc.codecs.tiff.samples import Samples
from imgsvc.codecs.tiff.ycbcr import spread, ycbcr_of
from imgsvc.errors import UndecodableImageError

_COLOR_MAP = 320
# What has its alpha beside it for Pillow has no mode for both.
_WITH_ALPHA = {"L": "LA", "RGB": "RGBA"}
_MODES = {
    Photometric.WHITE_IS_ZERO: "L",
    Photometric.BLACK_IS_ZERO: "L",
    Photometric.LOG_L: "L",
    Photometric.INKS: "CMYK",
    Photometric.CIE_LAB: "LAB",
    Photometric.ICC_LAB: "LAB",
    Photometric.ITU_LAB: "LAB",
}
# What a picture is where nothing could be unpacked: black.
_NOTHING = {"LAB": (0, 128, 128)}
# TIFF-FX: a from -85 and b from -75, by 170/255 and 200/255.
_ITU_ZERO, _ITU_STEP = numpy.array([0, 128, 96]), numpy.array([1, 170 / 255, 200 / 255])
_SIGN = numpy.array([0, 0x80, 0x80], numpy.uint8)


def image_of(data: bytes, tiff: LibTiff, layout: Layout) -> tuple[Image.Image, Image.Image | None]:
    """All pixels in L, LA, RGB, RGBA, CMYK or LAB; of the last two alpha by itself. OSError if there are none."""
    mode = mode_of(layout)
    found: Iterable[Part] = Parts(data, tiff, layout)
    convert = conversion(tiff, layout)
    if layout.is_light and layout.photometric is not Photometric.RGB:
        found = kept = [replace(part, samples=part.samples.astype(numpy.float32)) for part in found]
        convert = partial(levels_of, layout=layout, white=white_of([part.samples[..., 0] for part in kept]))
    image, alpha = None, None
    for part in found:
        # Not before there is something to be seen of it.
        image = image or Image.new(_whole_mode(layout), layout.size, nothing_of(layout))
        alpha = alpha or (Image.new("L", layout.size) if layout.alpha and mode not in _WITH_ALPHA else None)
        levels = convert(part.samples)
        _paste(image, part, levels[..., :-1] if alpha else levels)
        if alpha:
            _paste(alpha, part, levels[..., -1:])
    if image is None:
        raise OSError("nothing of it can be unpacked")
    return image, alpha


def mode_of(layout: Layout) -> str:
    """Pillow's mode for its colors."""
    return _MODES.get(layout.photometric, "RGB")


def _whole_mode(layout: Layout) -> str:
    """With alpha, where Pillow has a mode for both."""
    mode = mode_of(layout)
    return _WITH_ALPHA.get(mode, mode) if layout.alpha else mode


def blank_band(layout: Layout, rows: int) -> Levels:
    """So many rows of which nothing came."""
    shape = (rows, layout.size.width, Image.getmodebands(_whole_mode(layout)))
    return numpy.full(shape, nothing_of(layout), numpy.uint8)


def image_of_band(layout: Layout, levels: Levels) -> Image.Image:
    """Levels of whole rows, or of a part of them, as an image."""
    size = (levels.shape[1], levels.shape[0])
    mode = _whole_mode(layout)
    return Image.frombuffer(mode, size, numpy.ascontiguousarray(levels), "raw", mode, 0, 1)


def nothing_of(layout: Layout) -> int | tuple[int, ...]:
    """The color of where nothing came."""
    return _NOTHING.get(mode_of(layout), 0)


def _paste(image: Image.Image, part: Part, levels: Levels) -> None:
    """Lay the levels of a part where it belongs."""
    height, width = levels.shape[:2]
    piece = Image.frombuffer(image.mode, (width, height), numpy.ascontiguousarray(levels), "raw", image.mode, 0, 1)
    image.paste(piece, (part.left, part.top))


def conversion(tiff: LibTiff, layout: Layout) -> Callable[[Samples], Levels]:
    """What makes levels of samples: of those of Pillow's mode, then of alpha."""
    if layout.photometric is Photometric.PALETTE:
        return partial(_looked_up, layout=layout, table=_table(tiff, layout))
    if layout.photometric is Photometric.YCBCR:
        colors = ycbcr_of(tiff)
        if layout.has_blocks:
            return lambda blocks: colors.in_rgb(spread(blocks, layout.subsampling))
        return partial(_changed, layout=layout, change=colors.in_rgb)
    if layout.photometric is Photometric.CIE_LAB and layout.numbers is Numbers.FLOAT:
        return partial(_of_lab_floats, layout=layout)
    if layout.is_log:
        return partial(_changed, layout=layout, change=lambda levels: _srgb_of_squares()[levels])
    change = {Photometric.ICC_LAB: _signed, Photometric.ITU_LAB: _from_itu}.get(layout.photometric)
    return partial(_changed, layout=layout, change=change) if change else partial(levels_of, layout=layout)


def _changed(samples: Samples, layout: Layout, change: Callable[[Levels], Levels]) -> Levels:
    """Levels of which the colors are changed to others."""
    levels = levels_of(samples, layout)
    return _beside(change(levels[..., : layout.colors]), levels, layout)


def _beside(colors: Levels, levels: Levels, layout: Layout) -> Levels:
    return numpy.concatenate([colors, levels[..., layout.colors :]], axis=2) if layout.alpha else colors


def _looked_up(samples: Samples, layout: Layout, table: Levels) -> Levels:
    return _beside(table[samples[..., 0]], levels_of(samples, layout), layout)


def _table(tiff: LibTiff, layout: Layout) -> Levels:
    """A row for each color. COMPAT: some writers give levels of 8 bits where 16 are asked for."""
    columns = tiff.columns(_COLOR_MAP, 1 << layout.bits)
    if columns is None:
        raise UndecodableImageError("tiff: a palette without colors")
    return (columns if columns.max() < 256 else columns >> 8).astype(numpy.uint8).T


def _signed(levels: Levels) -> Levels:
    """CIE Lab with its zero in the middle, as Pillow and TIFF have it: where numbers with a sign have it."""
    return levels ^ _SIGN


@cache
def _srgb_of_squares() -> Levels:
    """The level in sRGB of light that libtiff has shown with a plain gamma of 2."""
    return levels_of_light((numpy.arange(256) / 255) ** 2)


def _from_itu(levels: Levels) -> Levels:
    changed: Levels = ((levels - _ITU_ZERO) * _ITU_STEP).round().astype(numpy.int8).view(numpy.uint8)
    return changed


def _of_lab_floats(samples: Samples, layout: Layout) -> Levels:
    """Those of lightness to 100, and of differences of color as they are."""
    values = numpy.nan_to_num(samples.astype(numpy.float32))
    light = (values[..., :1] * numpy.float32(2.55)).clip(0, 255).round().astype(numpy.uint8)
    differences = values[..., 1:3].clip(-128, 127).round().astype(numpy.int8).view(numpy.uint8)
    alpha = (values[..., layout.colors :] * 255).clip(0, 255).round().astype(numpy.uint8)
    return numpy.concatenate([light, differences, alpha], axis=2)
