"""Finds the largest image of an icon, decodes it, and lays out an icon of one image."""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import IcoImagePlugin, Image, PngImagePlugin

from imgsvc.codecs.headers import icon as directory
from imgsvc.options.geometry import Size

_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


@dataclass(frozen=True, slots=True)
class IconImage:
    """One image of an icon: a PNG file, or a bitmap without its file header."""

    size: Size
    bits: int
    data: bytes
    is_png: bool

    def decode(self) -> Image.Image:
        """Its pixels."""
        if self.is_png:
            image: Image.Image = PngImagePlugin.PngImageFile(BytesIO(self.data))
            image.load()
            return image
        return IcoImagePlugin.IcoFile(BytesIO(icon(self.data, self.size, self.bits))).frame(0)


def largest(data: bytes) -> IconImage:
    """The image with the most pixels, the deepest of equals, the last of those; ValueError or struct.error if none."""
    found = directory.largest(data)
    return IconImage(found.size, found.bits, bytes(found.data), found.is_png)


def icon(payload: bytes, size: Size, bits: int = 32) -> bytes:
    """An icon file that holds one image."""
    width, height = (side % 256 for side in size)
    entry = _ENTRY.pack(width, height, 0, 0, 1, bits, len(payload), _HEADER.size + _ENTRY.size)
    return _HEADER.pack(0, 1, 1) + entry + payload
