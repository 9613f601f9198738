"""Decodes PNG."""

from imgsvc.codecs.metadata import orientation_in
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.png.header import PALETTE, read
from imgsvc.codecs.png.pixels import image_of
from imgsvc.codecs.raster import still


def open_png(source: SourceImage) -> Opened:
    """Read the header."""
    png = read(source.data, is_unlimited=source.settings.png_unlimited)
    header = Header(
        format=source.format,
        size=png.size,
        orientation=orientation_in(png.metadata),
        has_alpha=png.has_alpha,
        palette_bits=png.depth if png.color_type == PALETTE else 0,
        profile=png.profile,
        metadata=png.metadata,
    )
    return Opened(header, lambda _: still(header, image_of(png)))
