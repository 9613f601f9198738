"""Decodes PNG.

COMPAT: of one that ends early browsers and libvips show what there is, and black for the rest; so it is here, if that
is a row of it at least.
"""

from io import BytesIO

from PIL import Image, PngImagePlugin

from imgsvc.codecs.native.loading import load, load_what_there_is
from imgsvc.codecs.opened import Opened, SourceImage
from imgsvc.codecs.png.header import has_row
from imgsvc.codecs.raster import header_of, still

_CHUNK_LIMITS = (PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY)
_UNLIMITED = 1 << 31

_File = PngImagePlugin.PngImageFile


def open_png(source: SourceImage) -> Opened:
    """Read the header."""
    limits = (_UNLIMITED, _UNLIMITED) if source.settings.png_unlimited else _CHUNK_LIMITS
    PngImagePlugin.MAX_TEXT_CHUNK, PngImagePlugin.MAX_TEXT_MEMORY = limits
    image = _File(BytesIO(source.data))
    header = header_of(image, source.format, palette_bits=source.data[24] if image.mode == "P" else 0)
    return Opened(header, lambda request: still(header, _pixels(image, source.data)))


def _pixels(image: _File, data: bytes) -> Image.Image:
    """Put right what Pillow makes of two kinds of 16-bit PNG."""
    image = _loaded(image, data)
    depth, color_type = data[24], data[25]
    transparency = image.info.get("transparency")
    if depth == 16 and isinstance(transparency, tuple):
        image.info["transparency"] = tuple(each >> 8 for each in transparency)
    # Gray with alpha comes as RGBA, which its gray profile does not fit.
    return image.convert("LA") if color_type == 4 and image.mode == "RGBA" else image


def _loaded(image: _File, data: bytes) -> _File:
    """The image with its pixels: `image` itself, which is open, or another one of the same data."""
    try:
        load(image, data)
    except Exception:
        if not has_row(data):
            raise
        image = _File(BytesIO(data))
        load_what_there_is(image, data)
    return image
