"""A part of a JPEG that is shrunk while its rows come, and the pixels of a progressive one.

Native: JpegRows.h and JpegProgressive.h in requirements/pillow-simd.patch.
"""

from dataclasses import dataclass

from PIL import Image, _imaging

from imgsvc.codecs.native.shrinker import PUT_AS_SAMPLES, Shrinker
from imgsvc.options.geometry import Box, Shrinking


def has_rows(mode: str) -> bool:
    """Whether a JPEG of Pillow's mode can be had row by row: not one in ink, which is converted whole."""
    return mode in PUT_AS_SAMPLES


@dataclass(frozen=True, slots=True)
class Scans:
    """A JPEG of Pillow's mode; `is_less` says that last bits of some coefficients have been left out of it."""

    data: bytes
    mode: str
    is_less: bool = False


def shrunk_rows(scans: Scans, shrink: int, box: Box, shrinking: Shrinking) -> Image.Image | None:
    """What lies in a box of the JPEG with each side divided by `shrink`, shrunk; None where it is not sound."""
    shrinker = Shrinker(scans.mode, box.size, shrinking)
    is_sound = _imaging.jpeg_rows(shrinker.native, scans.data, shrink, box, shrinking.fine, scans.is_less)
    return shrinker.image() if is_sound else None


def progressive_pixels(scans: Scans, shrink: int, size: tuple[int, int]) -> Image.Image | None:
    """A progressive JPEG, of this size with each side divided by `shrink`; None of any other, or if it is not sound.

    PERF: no more is kept of its coefficients than is looked at.
    """
    if not has_rows(scans.mode):
        return None
    image = Image.new(scans.mode, size, None)
    is_sound = _imaging.jpeg_progressive(image.im, scans.data, shrink, scans.is_less)
    return image if is_sound else None
