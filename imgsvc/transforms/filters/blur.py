"""Blur: a Gaussian of the wanted sigma; native (ResampleBlur.h in requirements/pillow-simd.patch)."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageFilter

from imgsvc.options.geometry import Box
from imgsvc.transforms.pixels.alpha import premultiplied
from imgsvc.transforms.pixels.edges import with_repeated_edges
from imgsvc.transforms.planning.plan import Plan

# COMPAT: libvips cuts its kernel off where it falls below this share of its peak, which narrows it.
_LEAST = 0.2
# COMPAT: libvips' kernel is of whole numbers with this peak.
_PEAK = 20
# PERF: a wider kernel is one of means over blocks of pixels, which is within two levels of it as a rule.
_MOST_REACH = 24
# And where time counts for more than a level; by then it has no detail that a block could lose.
_MOST_REACH_NEARLY = 7
# What the native weights come to, and the bytes of one.
_ONE, _BYTES = 1 << 14, 2
# Blocks that a sigma has at least, and how large one may be.
_FINEST = 1.8
_MOST_HALVINGS = 5
# Blocks beside what is made larger again, and places in one.
_SPARE, _FINE = 2, 64


def blur(image: Image.Image, plan: Plan) -> Image.Image:
    """Blur by the planned sigma, in pixels of the result."""
    return blurred(image, plan.blur)


def blurred(image: Image.Image, sigma: float) -> Image.Image:
    """The image blurred by `sigma`; itself where that is too small to be seen."""
    return _blurred(image, sigma, None, _MOST_REACH)


def nearly_blurred(image: Image.Image, sigma: float, part: Box | None = None) -> Image.Image:
    """The same, or a part of it, to within two levels as a rule.

    PERF: by a sigma of 10, 0.16 megapixels take 0.5 ms, and 1.5 ms otherwise.
    """
    return _blurred(image, sigma, part, _MOST_REACH_NEARLY)


def _blurred(image: Image.Image, sigma: float, part: Box | None, most_reach: int) -> Image.Image:
    sigma = min(sigma, max(image.size))
    reach = reach_of(sigma, _LEAST)
    if reach < 1:
        return image.crop(part) if part else image
    if reach <= most_reach:
        return premultiplied(image, lambda pixels: weighed(pixels, kernel(sigma, reach), part))
    block = 1 << min(_MOST_HALVINGS, int(math.log2(effective_sigma(sigma, _LEAST) / _FINEST)))
    weights = _kernel_of_blocks(sigma, block)
    return premultiplied(image, lambda pixels: _blurred_in_blocks(pixels, weights, block, part))


def _blurred_in_blocks(image: Image.Image, weights: bytes, block: int, part: Box | None) -> Image.Image:
    box = part or Box(0, 0, *image.size)
    edge = len(weights) // (2 * _BYTES) + _SPARE
    needed = Box(box.left // block, box.top // block, -(-box.right // block), -(-box.bottom // block))
    # One more block on each side is what goes on there: beyond it the kernel goes on by itself.
    most = Box(-1, -1, -(-image.width // block) + 1, -(-image.height // block) + 1)
    room, kept = (_within(_grown(needed, more), most) for more in (edge, _SPARE))
    small = _with_room(image, Box(*(at * block for at in room))).reduce(block)
    made = weighed(small, weights, _moved(kept, -room.left, -room.top))
    left, top = box.left / block - kept.left, box.top / block - kept.top
    place = (left, top, left + box.size.width / block, top + box.size.height / block)
    return made.resize(box.size, Image.Resampling.BICUBIC, box=place)


def _grown(box: Box, by: int) -> Box:
    return Box(box.left - by, box.top - by, box.right + by, box.bottom + by)


def _moved(box: Box, right: int, down: int) -> Box:
    return Box(box.left + right, box.top + down, box.right + right, box.bottom + down)


def _within(box: Box, most: Box) -> Box:
    return Box(*map(max, box[:2], most[:2]), *map(min, box[2:], most[2:]))


def _with_room(image: Image.Image, wide: Box) -> Image.Image:
    """What lies in a box that may be larger than the image, whose outermost pixels go on."""
    inner = _within(wide, Box(0, 0, *image.size))
    missing = (inner.left - wide.left, inner.top - wide.top, wide.right - inner.right, wide.bottom - inner.bottom)
    return with_repeated_edges(image.crop(inner), *missing) if any(missing) else image.crop(inner)


def weighed(image: Image.Image, weights: bytes, part: Box | None = None) -> Image.Image:
    """Each pixel, or those of a part, as the sum of what lies around it; weights as `kernel` gives them."""
    return image._new(image.im.blurred(weights, part or (0, 0, *image.size)))


# As many as a site is likely to use.
@lru_cache(maxsize=64)
def kernel(sigma: float, reach: int) -> bytes:
    """A Gaussian that ends after so many pixels on each side."""
    return _native([round(_PEAK * math.exp(-0.5 * (x / sigma) ** 2)) for x in range(-reach, reach + 1)])


@lru_cache(maxsize=64)
def _kernel_of_blocks(sigma: float, block: int) -> bytes:
    """The same for blocks of pixels: each weight goes to the two blocks that it lies between."""
    # Means over blocks blur as well, and so does what lies between two.
    blurred = (block**2 - 1) / 12 + block**2 / 6
    sigma *= math.sqrt(1 - blurred / effective_sigma(sigma, _LEAST) ** 2)
    end = sigma * math.sqrt(-2 * math.log(_LEAST))
    reach = math.ceil(end / block)
    places = np.linspace(-end, end, reach * _FINE * 2 + 1)
    weights = np.exp(-0.5 * (places / sigma) ** 2)
    shares, before = np.modf(places / block + reach)
    found = np.bincount(before.astype(int), weights * (1 - shares), 2 * reach + 2)
    found += np.bincount(before.astype(int) + 1, weights * shares, 2 * reach + 2)
    return _native(found[:-1].tolist())


def _native(weights: Sequence[float]) -> bytes:
    whole = [round(weight * _ONE / sum(weights)) for weight in weights]
    # What rounding leaves is the middle's: where all is alike, all stays.
    whole[len(whole) // 2] += _ONE - sum(whole)
    return np.array(whole, np.int16).tobytes()


def with_edges_going_on(image: Image.Image, kernel: ImageFilter.Filter, edge: int) -> Image.Image:
    """The filtered image, as if its outermost pixels went on for `edge` more.

    Pillow leaves the outermost pixels alone, or repeats them for each of its boxes anew.
    """
    wide = with_repeated_edges(image, edge, edge, edge, edge)
    return wide.filter(kernel).crop((edge, edge, edge + image.width, edge + image.height))


def effective_sigma(sigma: float, least: float) -> float:
    """The standard deviation of a Gaussian kernel that ends where it falls below `least`."""
    if sigma <= 0:
        return 0.0
    reach = reach_of(sigma, least)
    weights = [math.exp(-0.5 * (x / sigma) ** 2) for x in range(-reach, reach + 1)]
    variance = sum(weight * x * x for x, weight in zip(range(-reach, reach + 1), weights, strict=True)) / sum(weights)
    return math.sqrt(variance)


def reach_of(sigma: float, least: float) -> int:
    """Pixels on each side of the middle that a kernel has which ends where it falls below `least`."""
    return math.floor(sigma * math.sqrt(-2 * math.log(least)))
