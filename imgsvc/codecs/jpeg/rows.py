"""A part of a JPEG that is shrunk while its rows come (JpegRows.h in requirements/pillow-simd.patch)."""

from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import PUT_AS_SAMPLES, Shrinker
from imgsvc.options.geometry import Box, Shrinking


def has_rows(mode: str) -> bool:
    """Whether a JPEG of Pillow's mode can be had row by row: not one in ink, which is converted whole."""
    return mode in PUT_AS_SAMPLES


def shrunk_rows(data: bytes, mode: str, shrink: int, box: Box, shrinking: Shrinking) -> Image.Image | None:
    """What lies in a box of the JPEG with each side divided by `shrink`, shrunk; None where it is not sound."""
    shrinker = Shrinker(mode, box.size, shrinking)
    is_sound = _imaging.jpeg_rows(shrinker.native, data, shrink, box, shrinking.fine)
    return shrinker.image() if is_sound else None
