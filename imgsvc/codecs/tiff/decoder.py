"""Decodes TIFF, which comes in more kinds than Pillow reads; of some it finds out only at the pixels."""

from dataclasses import replace
from io import BytesIO

from PIL import TiffImagePlugin

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.native.loading import load
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import header_of, still
from imgsvc.codecs.tiff.libtiff import read_header
from imgsvc.errors import UndecodableImageError


def open_tiff(source: SourceImage) -> Opened:
    """Read the header."""
    try:
        opened = _with_pillow(source)
    except UndecodableImageError:
        return Opened(Header(source.format, read_header(source.data).size), lambda _: _with_libtiff(source))

    def pixels(request: DecodeRequest) -> Picture:
        try:
            return opened.pixels(request)
        except OSError:
            return replace(_with_libtiff(source), metadata=opened.header.metadata)

    return replace(opened, pixels=pixels)


def _with_pillow(source: SourceImage) -> Opened:
    with decoder_errors(source.format):
        image = TiffImagePlugin.TiffImageFile(BytesIO(source.data))
    header = header_of(image, source.format)

    def pixels(_: DecodeRequest) -> Picture:
        load(image, source.data)
        return still(header, image)

    return Opened(header, pixels)


def _with_libtiff(source: SourceImage) -> Picture:
    tiff = read_header(source.data)
    if tiff.size != source.survey.size:
        raise UndecodableImageError(f"two sizes, {tiff.size} and {source.survey.size}")
    return Picture(frames=(tiff.decode(),))
