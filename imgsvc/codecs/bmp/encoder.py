"""Writes BMP files with alpha, which Pillow does not: version 5 headers, rows top down; gray ones are Pillow's.

COMPAT: imgproxy writes the same layout.
"""

import struct

from PIL import BmpImagePlugin, Image

from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.options.modes import has_alpha, in_color

_FILE, _INFO = struct.Struct("<2sIHHI"), struct.Struct("<IiiHHIIiiII")
_INFO_BYTES = 124
_BITFIELDS = 3
# Where red, green, blue and alpha stand in a pixel read as one number.
_MASKS = struct.pack("<IIII", 0x00FF0000, 0x0000FF00, 0x000000FF, 0xFF000000)
_SRGB = b"BGRs"
_DOTS_PER_METER = 2835
_PERCEPTUAL = 4


def write_bmp(picture: Picture, _: EncodeOptions) -> bytes:
    """The first frame; gray as indices of 256 grays, a third of the bytes."""
    frame = picture.frames[0]
    return saved(frame, BmpImagePlugin.BmpImageFile.format) if frame.mode == "L" else bmp(_colored(frame))


def _colored(frame: Image.Image) -> Image.Image:
    return frame.convert(in_color(frame.mode))


def bmp(image: Image.Image) -> bytes:
    """An RGB or RGBA image as a file of 24 or 32 bits a pixel."""
    is_wide = has_alpha(image.mode)
    row = image.width * 4 if is_wide else (image.width * 3 + 3) & ~3
    pixels = image.tobytes("raw", "BGRA" if is_wide else "BGR", row, 1)
    offset = _FILE.size + _INFO_BYTES
    info = _INFO.pack(
        _INFO_BYTES,
        image.width,
        -image.height,
        1,
        32 if is_wide else 24,
        _BITFIELDS if is_wide else 0,
        len(pixels),
        _DOTS_PER_METER,
        _DOTS_PER_METER,
        0,
        0,
    )
    masks = _MASKS if is_wide else bytes(len(_MASKS))
    tail = masks + _SRGB + bytes(48) + struct.pack("<IIII", _PERCEPTUAL, 0, 0, 0)
    return _FILE.pack(b"BM", offset + len(pixels), 0, 0, offset) + info + tail + pixels
