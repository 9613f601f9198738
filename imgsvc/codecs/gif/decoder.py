"""Decodes GIF, still or animated.

COMPAT: of one that ends early browsers and libvips show what there is, and the background for the rest; so it is here,
if that is a row of it at least.
"""

from dataclasses import replace
from io import BytesIO

from PIL import GifImagePlugin, Image

from imgsvc.codecs.gif.header import has_row
from imgsvc.codecs.native.loading import load, load_what_there_is
from imgsvc.codecs.opened import DecodeRequest, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import animation, header_of, still

_File = GifImagePlugin.GifImageFile


def open_gif(source: SourceImage) -> Opened:
    """Read the header; the frames are those that are there whole."""
    data, frames = source.data, source.survey.frames
    image = _File(BytesIO(data))
    header = header_of(image, source.format, frames=frames, palette_bits=_palette_bits(data))

    def pixels(request: DecodeRequest) -> Picture:
        if (count := min(frames, request.max_frames)) > 1:
            return replace(animation(header, image, count), loop=_loop(image))
        return still(header, _loaded(image, data))

    return Opened(header, pixels)


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


def _loop(image: Image.Image) -> int:
    """How often it is shown; GIF counts repeats, and is shown once where it does not say."""
    count = image.info.get("loop", 0)
    return int(count) + 1 if count or "loop" not in image.info else 0


def _palette_bits(data: bytes) -> int:
    return (data[10] & 7) + 1 if data[10] & 0x80 else 8
