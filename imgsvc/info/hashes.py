"""Hashes of what a picture looks like."""

import numpy
from numpy.typing import NDArray
from PIL import Image

from imgsvc.codecs.placeholders.blurhash import blurhash
from imgsvc.codecs.placeholders.thumbhash import thumbhash

# Larger pictures are made smaller first, as for placeholders.
_MOST_SIDE = 100
_SIDE, _KEPT = 32, 8

_Floats = NDArray[numpy.float64]


def blurhash_of(image: Image.Image, across: int, down: int) -> str:
    """BlurHash of an RGBA image; what is transparent stands on white."""
    return blurhash(_on_white(_fitted(image)), across, down)


def thumb_hash_of(image: Image.Image) -> str:
    """ThumbHash of an RGBA image, in hex."""
    return thumbhash(_fitted(image)).hex().upper()


def perceptual_hash_of(image: Image.Image) -> str:
    """Sixteen hex digits: of the lowest 64 cosines of its luma, which are above their median, row by row."""
    luma = _on_white(image).convert("L").resize((_SIDE, _SIDE), Image.Resampling.BOX)
    waves = _cosines()
    lowest = (waves @ numpy.asarray(luma, dtype=numpy.float64) @ waves.T).ravel()
    bits = "".join("1" if above else "0" for above in lowest > numpy.median(lowest))
    return f"{int(bits, 2):016x}"


def _cosines() -> _Floats:
    found: _Floats = numpy.cos(numpy.pi / _SIDE * numpy.outer(numpy.arange(_KEPT), numpy.arange(_SIDE) + 0.5))
    return found


def _fitted(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((_MOST_SIDE, _MOST_SIDE))
    return small


def _on_white(image: Image.Image) -> Image.Image:
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
