"""Decodes TIFF: the plainest through Pillow, all others through libtiff and strip by strip."""

from contextlib import suppress

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.headers.directories import FirstDirectory
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.raster import still
from imgsvc.codecs.tiff.layout import Layout, layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.pixels import image_of
from imgsvc.codecs.tiff.plain import Plain, plain_image, plain_of

_PROFILE, _XMP, _IPTC = 34675, 700, 33723


def open_tiff(source: SourceImage) -> Opened:
    """Read the header."""
    directory = FirstDirectory(source.data)
    plain = plain_of(directory)
    if plain:
        header = _header(source, directory, plain)
        return Opened(header, lambda _: _plain_picture(source.data, header))
    tiff = LibTiff(source.data)
    layout = layout_of(tiff)
    header = _header(source, directory, layout)
    return Opened(header, lambda _: _picture(source.data, tiff, layout, header))


def _header(source: SourceImage, directory: FirstDirectory, found: Plain | Layout) -> Header:
    return Header(
        format=source.format,
        size=found.size,
        orientation=found.orientation,
        has_alpha=found.has_alpha,
        # COMPAT: what is light already has no profile.
        profile=None if found.is_light else directory.block(_PROFILE) or None,
        metadata=Metadata(xmp=directory.block(_XMP), iptc=directory.block(_IPTC)),
    )


def _plain_picture(data: bytes, header: Header) -> Picture:
    with suppress(Exception):
        return still(header, plain_image(data, header.size))
    # It is damaged: some of it may be there.
    tiff = LibTiff(data)
    return _picture(data, tiff, layout_of(tiff), header)


def _picture(data: bytes, tiff: LibTiff, layout: Layout, header: Header) -> Picture:
    image, alpha = image_of(data, tiff, layout)
    picture = still(header, image)
    if alpha is None:
        return picture
    # CMYK and CIE Lab have no mode with alpha.
    processed = to_processing(picture)
    for frame in processed.frames:
        frame.putalpha(alpha)
    return processed
