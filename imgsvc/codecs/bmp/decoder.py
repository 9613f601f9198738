"""Decodes BMP."""

from imgsvc.codecs.bmp.header import read
from imgsvc.codecs.bmp.pixels import image_of
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.raster import still


def open_bmp(source: SourceImage) -> Opened:
    """Read the header."""
    data, bitmap = source.data, read(source.data)
    header = Header(
        format=source.format,
        size=bitmap.size,
        has_alpha=bool(bitmap.masks[3]),
        palette_bits=bitmap.bits if bitmap.bits <= 8 else 0,
        profile=bitmap.profile,
    )
    return Opened(header, lambda _: still(header, image_of(bitmap, data)))
