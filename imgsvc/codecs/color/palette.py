"""Reduces images to a palette."""

from collections.abc import Sequence

import numpy
import numpy.typing
from PIL import Image, ImageChops, ImageStat, features

from imgsvc.codecs.color.imagequant import dithered
from imgsvc.options.modes import has_alpha, in_color

_Levels = numpy.typing.NDArray[numpy.float32]

# Debian's is GPL-3+, and a build may do without: docs/decisions/0012-libimagequant.md.
HAS_LIBIMAGEQUANT = bool(features.check_feature("libimagequant"))

OPAQUE_FROM = 128
# SECURITY: of noise libimagequant takes 4 s for a megapixel, in one call that nothing ends but the worker's end; Pillow
# 0.05 s. Of a photograph it is 0.4 s.
_MOST_PIXELS = 1_500_000
# A picture's flat colors are looked for in a part of so many pixels a side.
_SAMPLE_SIDE = 96
# An entry of which a half is one color stands for that.
_FLAT_SHARE = 2

# Of a palette of so many bits, dots are seen; with more colors they are not.
_FEW_BITS = 4
# How strong they are at most: with all of libimagequant's strength a photograph takes a fifth more bytes, and a third
# more in sixteen colors, and is less like itself; with less, what fades has steps.
_DOTS, _DOTS_OF_FEW = 0.5, 0.4
# Where that is as good.
_FAINT_DOTS = 0.3
_BLOCK = 4
_AS_GOOD = 1.3
# Pixels that are looked at together.
_PORTION = 1 << 15


def bits_for(colors: int) -> int:
    """The palette depth that holds this many colors: 1, 2, 4 or 8."""
    return next((bits for bits in (1, 2, 4) if colors <= 1 << bits), 8)


def rounded(bits: int) -> int:
    """A depth that palette files may have, no less than `bits`."""
    return next(depth for depth in (1, 2, 4, 8) if bits <= depth or depth == 8)


def quantized(image: Image.Image, bits: int) -> Image.Image:
    """The image in at most 2 to the power of `bits` colors, each with its own alpha."""
    shown = _in(in_color(image.mode), image)
    if bits > _FEW_BITS:
        *fainter, reduced = _found(shown, 1 << bits, (_FAINT_DOTS, _DOTS))
        return _with_flat_colors(shown, _calmer(shown, reduced, *fainter))
    reduced = _with_flat_colors(shown, *_found(shown, 1 << bits, (_DOTS_OF_FEW,)))
    return _calmer(shown, reduced, _nearest(shown, reduced))


def _calmer(image: Image.Image, dotted: Image.Image, *fainter: Image.Image) -> Image.Image:
    """The one with fewer dots, if there is one, where it keeps the means as dots do: they cost bytes, and are seen.

    They come out of drawings, and stay in what fades.
    """
    if not fainter or not (noise := _strayed(image, dotted)):
        return dotted
    return next((each for each in fainter if _strayed(image, each) <= _AS_GOOD * noise), dotted)


def _strayed(image: Image.Image, reduced: Image.Image) -> float:
    """How far the means of small blocks are from what they were."""
    blocks = (
        (each.convert("RGBA").convert("RGBa") if has_alpha(image.mode) else each.convert("RGB")).reduce(_BLOCK)
        for each in (image, reduced)
    )
    return sum(ImageStat.Stat(ImageChops.difference(*blocks)).sum)


def _nearest(image: Image.Image, reduced: Image.Image) -> Image.Image:
    """PERF: 30 ns for each pixel and 16 colors, by portions; finding the colors takes ten times that."""
    levels = reduced.getpalette("RGBA") or []
    colors = _weighed(numpy.array(levels, dtype=numpy.float32).reshape(-1, 4))
    pixels = numpy.asarray(_in("RGBA", image)).reshape(-1, 4)
    portions = (pixels[at : at + _PORTION].astype(numpy.float32) for at in range(0, len(pixels), _PORTION))
    # The squares of pixels are the same for all colors.
    far = ((colors**2).sum(axis=1) - 2 * _weighed(portion) @ colors.T for portion in portions)
    indices = numpy.concatenate([each.argmin(axis=1).astype(numpy.uint8) for each in far])
    found = Image.frombytes("P", image.size, indices.tobytes())
    found.putpalette(levels, "RGBA")
    return found


def _weighed(colors: _Levels) -> _Levels:
    """Multiplied by their alpha, beside it."""
    alpha = colors[:, 3:]
    return numpy.concatenate((colors[:, :3] * (alpha / 255), alpha), axis=1)


def _in(mode: str, image: Image.Image) -> Image.Image:
    """PERF: Pillow copies what is in that mode already, and megabytes are held twice."""
    return image if image.mode == mode else image.convert(mode)


def _reduced(image: Image.Image, colors: int) -> Image.Image:
    return _with_flat_colors(image, *_found(image, colors, (_DOTS,)))


def _found(image: Image.Image, colors: int, strengths: Sequence[float]) -> list[Image.Image]:
    """Once for each strength of dots; by Pillow there is one of them."""
    return dithered(image, colors, strengths) if _is_quick(image) else [by_pillow(image, colors)]


def _is_quick(image: Image.Image) -> bool:
    return HAS_LIBIMAGEQUANT and image.width * image.height <= _MOST_PIXELS


def by_pillow(image: Image.Image, colors: int) -> Image.Image:
    """An RGB or RGBA image in at most so many colors, as Pillow itself finds them; dithered where there is no alpha."""
    reduced = image.quantize(colors, method=Image.Quantize.FASTOCTREE)
    return reduced if has_alpha(image.mode) else image.quantize(palette=reduced)


def _with_flat_colors(image: Image.Image, reduced: Image.Image) -> Image.Image:
    """Give each entry the one color that it stands for most of all, if there is one: flat areas keep theirs.

    libimagequant takes means: beside soft edges white comes out gray, and what was transparent does not.
    PERF: looked for in a sample, 1 ms.
    """
    size = (min(image.width, _SAMPLE_SIDE), min(image.height, _SAMPLE_SIDE))
    sample, found = (numpy.asarray(each.resize(size, Image.Resampling.NEAREST)) for each in (image, reduced))
    colors, indices = sample.reshape(-1, len(image.mode)), found.ravel().astype(numpy.uint64)
    numbers = colors.astype(numpy.uint64) @ (numpy.uint64(256) ** numpy.arange(len(image.mode), dtype=numpy.uint64))
    pairs, counts = numpy.unique(indices << numpy.uint64(32) | numbers, return_counts=True)
    totals, entries = numpy.bincount(found.ravel()), reduced.getpalette(image.mode) or []
    # The most frequent of an entry comes last, and stays.
    for at in counts.argsort(kind="stable"):
        index, number = divmod(int(pairs[at]), 1 << 32)
        if counts[at] * _FLAT_SHARE >= totals[index]:
            start = index * len(image.mode)
            entries[start : start + len(image.mode)] = number.to_bytes(len(image.mode), "little")
    reduced.putpalette(entries, image.mode)
    return reduced


def representatives(image: Image.Image, most: int) -> list[tuple[int, int, int]]:
    """Colors, at most so many, that stand for those of an RGB image; they are not looked at in its place."""
    method = Image.Quantize.LIBIMAGEQUANT if _is_quick(image) else Image.Quantize.FASTOCTREE
    levels = image.quantize(most, method=method).getpalette("RGB") or []
    return list(zip(levels[::3], levels[1::3], levels[2::3], strict=True))


def with_binary_alpha(image: Image.Image, bits: int) -> Image.Image:
    """As `quantized` for GIF: a pixel is opaque or not there, and `info` names the index of those that are not.

    An image in a mode with alpha always has such an index, used or not.
    """
    colors = (1 << max(bits, 2)) - 1 if has_alpha(image.mode) else 1 << bits
    opaque = _in("RGB", image)
    if not has_alpha(image.mode):
        return _reduced(opaque, colors)
    alpha = image.getchannel("A").point([255 if each >= OPAQUE_FROM else 0 for each in range(256)])
    # Hidden colors would take entries away from those that are seen, or spill into them as dither.
    clean = Image.new("RGB", image.size)
    clean.paste(opaque, mask=alpha)
    reduced = _reduced(clean, colors)
    entries = (reduced.getpalette("RGB") or [])[: 3 * colors]
    index = len(entries) // 3
    reduced.putpalette([*entries, 0, 0, 0])
    reduced.paste(index, mask=ImageChops.invert(alpha))
    reduced.info["transparency"] = index
    return reduced
