"""Writes an icon of one image, which is a PNG."""

import struct

from PIL import PngImagePlugin

from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.adam7 import unfiltered
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha, in_color

_HEADER, _ENTRY = struct.Struct("<HHH"), struct.Struct("<BBBBHHII")


def write_ico(picture: Picture, _: EncodeOptions) -> bytes:
    """The first frame, filtered or not, whichever is smaller: icons are small, and many are drawn."""
    frame = picture.frames[0]
    if has_alpha(frame.mode) and frame.getchannel("A").getextrema() == (255, 255):
        frame = frame.convert("L" if frame.mode == "LA" else "RGB")
    frame = frame if frame.mode == "L" else frame.convert(in_color(frame.mode))
    body = saved(frame, PngImagePlugin.PngImageFile.format)
    return icon(min(body, unfiltered(body, frame), key=len), Size(*picture.size), 8 * len(frame.mode))


def icon(payload: bytes, size: Size, bits: int = 32) -> bytes:
    """An icon file that holds one image."""
    width, height = (side % 256 for side in size)
    entry = _ENTRY.pack(width, height, 0, 0, 1, bits, len(payload), _HEADER.size + _ENTRY.size)
    return _HEADER.pack(0, 1, 1) + entry + payload
