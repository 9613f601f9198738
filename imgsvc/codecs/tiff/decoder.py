"""Decodes TIFF: the plainest through Pillow, all others through libtiff and strip by strip."""

from contextlib import suppress

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.headers.directories import FirstDirectory
from imgsvc.codecs.native.shrinker import reduced
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.raster import still
from imgsvc.codecs.tiff.bands import LEAST_PIXELS, has_bands, reduced_picture
from imgsvc.codecs.tiff.layout import Layout, layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.pixels import image_of
from imgsvc.codecs.tiff.plain import Plain, plain_image, plain_of

_PROFILE, _XMP, _IPTC = 34675, 700, 33723
_Known = tuple[LibTiff, Layout]


def open_tiff(source: SourceImage) -> Opened:
    """Read the header."""
    directory = FirstDirectory(source.data)
    plain = plain_of(directory)
    if plain:
        header = _header(source, directory, plain)
        return Opened(header, lambda request: _asked_for(source.data, None, header, request))
    tiff, layout = _known(source.data)
    header = _header(source, directory, layout)
    return Opened(header, lambda request: _asked_for(source.data, (tiff, layout), header, request))


def _header(source: SourceImage, directory: FirstDirectory, found: Plain | Layout) -> Header:
    return Header(
        format=source.format,
        size=found.size,
        orientation=found.orientation,
        has_alpha=found.has_alpha,
        # COMPAT: what is light already has no profile.
        profile=None if found.is_light else directory.block(_PROFILE) or None,
        metadata=Metadata(xmp=directory.block(_XMP), iptc=directory.block(_IPTC)),
        by_rows=True,
        has_16_bits=isinstance(found, Plain) and found.has_16_bits,
    )


def _asked_for(data: bytes, known: _Known | None, header: Header, request: DecodeRequest) -> Picture:
    is_part = request.box or request.shrinking
    if is_part and header.size.width * header.size.height >= LEAST_PIXELS:
        tiff, layout = known or _known(data)
        if has_bands(layout):
            return reduced_picture(data, tiff, layout, header, request)
    picture = _picture(data, *known, header) if known else _plain_picture(data, header)
    if not is_part:
        return picture
    return to_processing(picture).map(lambda frame: reduced(frame, request.box, request.shrinking))


def _known(data: bytes) -> _Known:
    tiff = LibTiff(data)
    return tiff, layout_of(tiff)


def _plain_picture(data: bytes, header: Header) -> Picture:
    with suppress(Exception):
        return still(header, plain_image(data, header.size))
    # It is damaged: some of it may be there.
    return _picture(data, *_known(data), header)


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
