"""Finds the largest image of an icon, reads its true size, and lays out an icon of one image.

The directory's own sizes are one byte and often wrong, so the sizes come from what it points to.
"""

import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import IcoImagePlugin, Image, PngImagePlugin

from imgsvc.options.geometry import Size

_PNG = b"\x89PNG\r\n\x1a\n"
_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")
# No real icon has more; a directory of 65,535 images is somebody's experiment.
_MAX_IMAGES = 256


@dataclass(frozen=True, slots=True)
class IconImage:
    """One image of an icon: a PNG file, or a bitmap without its file header."""

    size: Size
    bits: int
    data: bytes

    @property
    def is_png(self) -> bool:
        """It is a PNG file."""
        return self.data.startswith(_PNG)

    def decode(self) -> Image.Image:
        """Its pixels."""
        if self.is_png:
            image: Image.Image = PngImagePlugin.PngImageFile(BytesIO(self.data))
            image.load()
            return image
        return IcoImagePlugin.IcoFile(BytesIO(icon(self.data, self.size, self.bits))).frame(0)


def largest(data: bytes) -> IconImage:
    """The image with the most pixels, the deepest of equals, the last of those; ValueError or struct.error if none."""
    _, _, count = _HEADER.unpack_from(data)
    entries = (_ENTRY.unpack_from(data, _HEADER.size + i * _ENTRY.size) for i in range(min(count, _MAX_IMAGES)))
    found = [_image(data[offset : offset + length], bits) for *_, bits, length, offset in entries]
    return max(reversed(found), key=lambda each: (each.size.width * each.size.height, each.bits))


def icon(payload: bytes, size: Size, bits: int = 32) -> bytes:
    """An icon file that holds one image."""
    width, height = (side % 256 for side in size)
    entry = _ENTRY.pack(width, height, 0, 0, 1, bits, len(payload), _HEADER.size + _ENTRY.size)
    return _HEADER.pack(0, 1, 1) + entry + payload


def _image(payload: bytes, bits: int) -> IconImage:
    if payload.startswith(_PNG):
        return IconImage(Size(*struct.unpack_from(">II", payload, 16)), bits, payload)
    _, width, height, _, depth = struct.unpack_from("<IiiHH", payload)
    # A mask of one bit a pixel follows the colors and counts as height.
    return IconImage(Size(width, abs(height) // 2), depth, payload)
