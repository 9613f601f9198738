"""Decodes BMP."""

from io import BytesIO

from PIL import BmpImagePlugin, Image, ImageFile

from imgsvc.codecs.bmp.run_length import run_length
from imgsvc.codecs.native.loading import load
from imgsvc.codecs.opened import Opened, SourceImage
from imgsvc.codecs.raster import header_of, still


def open_bmp(source: SourceImage) -> Opened:
    """Read the header."""
    image = BmpImagePlugin.BmpImageFile(BytesIO(source.data))
    header = header_of(image, source.format, palette_bits=_palette_bits(source.data))
    return Opened(header, lambda _: still(header, _pixels(image, source.data)))


def _pixels(image: ImageFile.ImageFile, data: bytes) -> Image.Image:
    if image.tile and image.tile[0].codec_name == "bmp_rle":
        return run_length(image, data)
    load(image, data)
    return image


def _palette_bits(data: bytes) -> int:
    """Pillow turns some palettes into gray at once."""
    return data[28] if data[28] <= 8 else 0
