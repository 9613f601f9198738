"""Decodes the largest image of an icon."""

from io import BytesIO

from PIL import IcoImagePlugin, Image

from imgsvc.codecs.ico.encoder import icon
from imgsvc.codecs.ico.header import Entry, largest
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png import pixels
from imgsvc.codecs.png.header import read


def open_ico(source: SourceImage) -> Opened:
    """Read the header of the image that is shown."""
    entry = largest(source.data)
    header = Header(source.format, entry.size, has_alpha=True)
    return Opened(header, lambda _: Picture(frames=(image_of(entry),)))


def image_of(entry: Entry) -> Image.Image:
    """The pixels of one image of an icon."""
    if entry.is_png:
        return pixels.image_of(read(entry.data))
    return IcoImagePlugin.IcoFile(BytesIO(icon(bytes(entry.data), entry.size, entry.bits))).frame(0)
