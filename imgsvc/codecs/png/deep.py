"""Writes PNG of 16 bits in color, which Pillow cannot, and what it says of light beyond the white of a screen."""

import struct
import zlib
from collections.abc import Sequence

import numpy
from PIL import Image

from imgsvc.codecs.png.adam7 import chunk, chunks, filtered
from imgsvc.codecs.png.header import GRAY, RGB, SIGNATURE
from imgsvc.codecs.spaces.cicp import cicp_of
from imgsvc.codecs.spaces.space import USUAL_PEAK, ColorSpace

_LEVEL = 6
# Candelas a square meter, in ten thousandths.
_LIGHT_UNIT = 10_000


def deepened(body: bytes, planes: Sequence[Image.Image], space: ColorSpace | None) -> bytes:
    """The PNG `body`, with these planes of 16 bits for its pixels, and this color space if it is no screen's."""
    parts, is_written = [SIGNATURE], False
    for kind, content in chunks(body):
        if kind == b"IHDR":
            color_type = GRAY if len(planes) == 1 else RGB
            parts += [chunk(kind, content[:8] + bytes((16, color_type, 0, 0, 0))), _said(space)]
        elif kind != b"IDAT":
            parts.append(chunk(kind, content))
        elif not is_written:
            parts.append(chunk(kind, zlib.compress(_rows(planes), _LEVEL)))
            is_written = True
    return b"".join(parts)


def _said(space: ColorSpace | None) -> bytes:
    if not space or not space.is_hdr:
        return b""
    level = struct.pack(">II", round(space.peak * _LIGHT_UNIT), 0) if space.peak != USUAL_PEAK else b""
    return chunk(b"cICP", cicp_of(space)) + (chunk(b"cLLI", level) if level else b"")


def _rows(planes: Sequence[Image.Image]) -> bytes:
    samples = numpy.stack([numpy.asarray(plane) for plane in planes], axis=-1).astype(">u2")
    height, width, count = samples.shape
    pixels = numpy.frombuffer(samples.tobytes(), numpy.uint8).reshape(height, width, 2 * count)
    return filtered(pixels).tobytes()
