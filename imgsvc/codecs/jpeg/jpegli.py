"""jpegli, of libjxl's authors: JPEG that looks better in as many bytes. It comes with the package ajpegli.

Nothing of that is loaded before it is used. What it writes of itself is the picture alone, without any metadata.
"""

from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import numpy
from PIL import Image

HAS_JPEGLI = find_spec("ajpegli") is not None
# How much resolution of color it keeps, by Pillow's mode: all, as its own program does. Ink it does not take.
_COLOR = {"L": "gray", "RGB": "444"}
# Scans, of its levels of progression; of a sequential one there is one.
_SEQUENTIAL, _PROGRESSIVE = 0, 2


def takes(image: Image.Image) -> bool:
    """Whether it is installed, and can write this."""
    return HAS_JPEGLI and image.mode in _COLOR


def compressed(image: Image.Image, quality: int, *, is_progressive: bool) -> bytes:
    """The picture as a JPEG."""
    level = _PROGRESSIVE if is_progressive else _SEQUENTIAL
    pixels, ajpegli = numpy.asarray(image), import_module("ajpegli")
    try:
        body: bytes = ajpegli.encode(pixels, quality=quality, subsampling=_COLOR[image.mode], progressive=level)
    except ajpegli.EncodeError as error:
        raise OSError(f"jpegli: {error}") from error
    return body


def build() -> str:
    """Which one it is."""
    return f"jpegli of ajpegli {version('ajpegli')}" if HAS_JPEGLI else "without ajpegli"
