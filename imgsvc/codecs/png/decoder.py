"""Decodes PNG: all of its pixels, or a part of them, shrunk while its rows come."""

from dataclasses import replace

from PIL import Image

from imgsvc.codecs.color.tone import mapped_samples
from imgsvc.codecs.metadata import orientation_in
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.header import GRAY, PALETTE, RGB, Png, read
from imgsvc.codecs.png.pixels import image_of, planes_of, samples_of
from imgsvc.codecs.png.rows import part_of
from imgsvc.codecs.raster import still
from imgsvc.options.geometry import Box


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
        color_space=png.color_space,
        metadata=png.metadata,
        by_rows=not png.is_interlaced and not _is_deep_light(png),
        is_interlaced=png.is_interlaced,
        has_16_bits=png.depth == 16 and png.color_type in (GRAY, RGB) and png.transparency is None,
    )

    def pixels(request: DecodeRequest) -> Picture:
        if request.deep and png.color_type == RGB:
            planes = planes_of(png)
            return replace(still(header, planes[0]), frames=planes, are_planes=True)
        if png.color_space and _is_deep_light(png):
            return Picture(
                (mapped_samples(samples_of(png), png.color_space, request.between),), metadata=header.metadata
            )
        return still(header, _pixels(png, request))

    return Opened(header, pixels)


def _is_deep_light(png: Png) -> bool:
    """All of its bits are looked at, where it is mapped to the range of a screen."""
    has_more = png.depth == 16 and png.color_type == RGB and png.transparency is None
    return has_more and png.color_space is not None and png.color_space.is_hdr


def _pixels(png: Png, request: DecodeRequest) -> Image.Image:
    if request.shrinking is None and request.box is None:
        return image_of(png)
    return part_of(png, request.box or Box(0, 0, *png.size), request.shrinking)
