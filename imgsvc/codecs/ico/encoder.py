"""Writes an icon of one image, which is a PNG."""

import struct

from PIL import PngImagePlugin

from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.options.geometry import Size

_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


def write_ico(picture: Picture, _: EncodeOptions) -> bytes:
    """The first frame."""
    return icon(saved(picture.frames[0].convert("RGBA"), PngImagePlugin.PngImageFile.format), Size(*picture.size))


def icon(payload: bytes, size: Size, bits: int = 32) -> bytes:
    """An icon file that holds one image."""
    width, height = (side % 256 for side in size)
    entry = _ENTRY.pack(width, height, 0, 0, 1, bits, len(payload), _HEADER.size + _ENTRY.size)
    return _HEADER.pack(0, 1, 1) + entry + payload
