"""Scale: resample to the planned size. Which scale is done how is said here, and nowhere else.

| what | how |
|---|---|
| smaller, or as large, on both axes | `shrunk`: whole numbers, each level of what is loaded as libvips makes it |
| the same in linear light | `shrunk`: Lanczos on 32-bit floating point |
| larger on an axis | Pillow's bicubic |
| with a kernel of `resizing_algorithm` | `kernels.py` |
| gray of 16 bits, or larger in linear light | Pillow's Lanczos or bicubic, on 32-bit floating point |
| blocks of one color (pixelate) | `averaged`: whole numbers, as libvips |

The first two and the last are native: ResampleShrink.h and ResampleLinear.h in requirements/pillow-simd.patch.
"""

import numpy as np
from PIL import Image

from imgsvc.options.geometry import Box, Size
from imgsvc.options.modes import SIXTEEN_BITS
from imgsvc.transforms.kernels import by_kernel
from imgsvc.transforms.pixels.alpha import has_alpha, premultiplied
from imgsvc.transforms.pixels.cielab import Floats, linear_levels, linear_light, srgb, srgb_levels
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.resampling import HALF, Resampling, Span, stretching

_FLOATS = "F"
_MOST_LEVEL = 0xFFFF


def scale(image: Image.Image, plan: Plan) -> Image.Image:
    """Resample to the planned size, whatever size the decoder gave; less what will be cut off, where that can be."""
    if image.size == plan.scale.size:
        return image
    how = _fitting(image, plan.scale)
    if image.mode == SIXTEEN_BITS:
        return _with_16_bits(image, how, linear=plan.linear)
    if plan.linear:
        return _in_linear_light(image, how, plan.scale_part)
    if plan.algorithm:
        return by_kernel(image, how, plan.scale_part, plan.algorithm)
    return resampled(image, how, None if how.moves else plan.scale_part)


def fix_size(image: Image.Image, plan: Plan) -> Image.Image:
    """Shrink to what the result's format can hold."""
    return resampled(image, _fitting(image, plan.finish.fix_size)) if plan.finish.fix_size else image


def _fitting(image: Image.Image, how: Resampling) -> Resampling:
    """What was planned, or to the same size all of an image that has another one than planned."""
    return how if image.size == how.source else stretching(Size(*image.size), how.size)


def resampled(image: Image.Image, how: Resampling, part: Box | None = None) -> Image.Image:
    """The image at another size, or a part of that, transparent pixels weighing nothing."""
    return premultiplied(image, lambda pixels: _resampled(pixels, how, part))


def averaged(image: Image.Image, block: Size) -> Image.Image:
    """The mean of each block of an image; what is missing of the last ones is the edge repeated."""
    return image._new(image.im.means(*block))


def shrunk(image: Image.Image, how: Resampling, part: Box | None = None, *, linear: bool = False) -> Image.Image:
    """The image at another size, no larger on either axis, or the pixels of a part of that.

    In linear light transparent pixels weigh nothing; else that is for the caller to see to.
    """
    return image._new(image.im.shrink(*how.shrinking(part, linear=linear).native))


def _resampled(image: Image.Image, how: Resampling, part: Box | None = None) -> Image.Image:
    if how.moves:
        return _resize(*_shrunk_axis(image, how))
    if image.mode == _FLOATS or how.across.enlarges or how.down.enlarges:
        return _filtered(image, how, part)
    return shrunk(image, how, part)


def _filtered(image: Image.Image, how: Resampling, part: Box | None) -> Image.Image:
    """One axis after the other: Pillow has one kernel for both, and a side may grow while the other shrinks."""
    image, across, down = _reduced(image, how.across, how.down)
    if part:
        # PERF: the first pass makes columns that the second one does not need; cutting them off takes as long.
        across, down = across.part(part.left, part.right), down.part(part.top, part.bottom)
    # COMPAT: libvips begins with the columns. As each pass rounds, the order decides which pixels end up half opaque.
    return _resize(_resize(image, _whole(image.width), down), across, _whole(down.pixels))


def _shrunk_axis(image: Image.Image, how: Resampling) -> tuple[Image.Image, Span, Span]:
    """The image with one axis shrunk, and what is left to do: to move that one, and to enlarge the other."""
    if how.down.enlarges:
        once = Resampling(how.source, how.across, _whole(image.height))
        return _resampled(image, once), _moved(how.across.pixels), how.down
    once = Resampling(how.source, _whole(image.width), how.down)
    return _resampled(image, once), how.across, _moved(how.down.pixels)


def _moved(side: int) -> Span:
    return Span(side, HALF, side + HALF)


def _resize(image: Image.Image, across: Span, down: Span) -> Image.Image:
    """COMPAT: Lanczos to shrink and bicubic to enlarge, as in libvips, whose edge pixels repeat beside the image.

    That is what a box beyond the image stands for in Pillow-SIMD with the patch.
    """
    enlarges = across.enlarges or down.enlarges
    kernel = Image.Resampling.BICUBIC if enlarges else Image.Resampling.LANCZOS
    box = (across.start, down.start, across.end, down.end)
    return image.resize((across.pixels, down.pixels), kernel, box=box)


def _whole(side: int) -> Span:
    return Span(side, 0, side)


def _reduced(image: Image.Image, across: Span, down: Span) -> tuple[Image.Image, Span, Span]:
    """Average blocks where far more pixels are there than needed."""
    columns, rows = across.block(image.width), down.block(image.height)
    if columns == rows == 1:
        return image, across, down
    return image.reduce((columns, rows)), across.divided(columns), down.divided(rows)


def _with_16_bits(image: Image.Image, how: Resampling, *, linear: bool) -> Image.Image:
    levels = np.asarray(image, np.float32)
    if linear:
        levels = srgb(_floats(linear_light(levels / _MOST_LEVEL), how)) * _MOST_LEVEL
    else:
        levels = _floats(levels, how)
    return Image.fromarray(np.rint(levels).clip(0, _MOST_LEVEL).astype(np.uint16))


def _in_linear_light(image: Image.Image, how: Resampling, part: Box | None) -> Image.Image:
    """On 32-bit floating point, in which half as bright is half as much."""
    return shrunk(image, how, part, linear=True) if how.shrinks else _enlarged_in_linear_light(image, how)


def _enlarged_in_linear_light(image: Image.Image, how: Resampling) -> Image.Image:
    if not has_alpha(image):
        return Image.merge(image.mode, [_encoded(_floats(_linear(band), how)) for band in image.split()])
    *colors, alpha = image.split()
    before = np.asarray(alpha, np.float32)
    after = _floats(before, how).clip(0, 255)
    weight = np.where(after > 0, after, 1).astype(np.float32)
    bands = [_encoded(_floats(_linear(band) * before, how) / weight) for band in colors]
    return Image.merge(image.mode, [*bands, Image.fromarray(np.rint(after).astype(np.uint8))])


def _floats(values: Floats, how: Resampling) -> Floats:
    return np.asarray(_resampled(Image.fromarray(values), how))


def _linear(band: Image.Image) -> Floats:
    light: Floats = linear_levels()[np.asarray(band)]
    return light


def _encoded(values: Floats) -> Image.Image:
    return Image.fromarray(srgb_levels(values))
