"""Decodes the largest image of an icon."""

from io import BytesIO

from PIL import IcoImagePlugin, Image, PngImagePlugin

from imgsvc.codecs.ico.encoder import icon
from imgsvc.codecs.ico.header import Entry, largest
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture


def open_ico(source: SourceImage) -> Opened:
    """Read the header of the image that is shown."""
    entry = largest(source.data)
    header = Header(source.format, entry.size, has_alpha=True)
    return Opened(header, lambda _: Picture(frames=(image_of(entry),)))


def image_of(entry: Entry) -> Image.Image:
    """The pixels of one image of an icon."""
    data = bytes(entry.data)
    if entry.is_png:
        image: Image.Image = PngImagePlugin.PngImageFile(BytesIO(data))
        image.load()
        return image
    return IcoImagePlugin.IcoFile(BytesIO(icon(data, entry.size, entry.bits))).frame(0)
