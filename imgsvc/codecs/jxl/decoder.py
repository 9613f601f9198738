"""Decodes JPEG XL; the plugin decodes when it opens, so the header is read without it."""

from io import BytesIO

from PIL import ImageFile

from imgsvc.codecs.jxl.header import jxl_header
from imgsvc.codecs.jxl.plugin import JpegXLImagePlugin
from imgsvc.codecs.metadata import metadata_of
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture


def open_jxl(source: SourceImage) -> Opened:
    """Read the header."""
    read = jxl_header(source.data)

    def pixels(_: DecodeRequest) -> Picture:
        image: ImageFile.ImageFile = JpegXLImagePlugin.JXLImageFile(BytesIO(source.data))
        image.load()
        return Picture(frames=(image,), profile=image.info.get("icc_profile"), metadata=metadata_of(image))

    return Opened(Header(source.format, read.size, has_alpha=read.has_alpha), pixels)
