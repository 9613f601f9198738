"""Decodes the largest image of an icon."""

from PIL import Image

from imgsvc.codecs.bmp import pixels as bmp
from imgsvc.codecs.bmp.header import Bitmap, Compression, read_bitmap
from imgsvc.codecs.ico.header import Entry, largest
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png import pixels as png
from imgsvc.codecs.png.header import read
from imgsvc.errors import UndecodableImageError


def open_ico(source: SourceImage) -> Opened:
    """Read the header of the image that is shown."""
    entry = largest(source.data)
    header = Header(source.format, entry.size, has_alpha=True)
    return Opened(header, lambda _: Picture(frames=(image_of(entry),)))


def image_of(entry: Entry) -> Image.Image:
    """The pixels of one image of an icon."""
    if entry.is_png:
        return png.image_of(read(entry.data))
    data = bytes(entry.data)
    bitmap = read_bitmap(data, 0, is_icon=True)
    if bitmap.compression not in (Compression.NONE, Compression.MASKS, Compression.MASKS_WITH_ALPHA):
        raise UndecodableImageError("an icon of runs, of which nobody knows where its mask is")
    image = bmp.image_of(bitmap, data)
    # Where no pixel has alpha, programs that do not know of it have written zeros.
    if image.mode == "RGBA" and image.getchannel("A").getbbox():
        return image
    return _masked(image.convert("RGB"), bitmap, data, entry.length)


def _masked(image: Image.Image, bitmap: Bitmap, data: bytes, length: int) -> Image.Image:
    """The image with alpha by the mask behind its pixels, a bit for each; without one it is opaque."""
    width, height = bitmap.size
    row, begin = (width + 31) // 32 * 4, bitmap.offset + bitmap.row_bytes * height
    # A length that has no room for the pixels says nothing of a mask.
    bits = data[begin : begin + row * height if length < begin else length][: row * height]
    if len(bits) == row * height:
        direction = 1 if bitmap.is_top_down else -1
        image.putalpha(Image.frombytes("1", bitmap.size, bits, "raw", "1;I", row, direction).convert("L"))
    return image
