"""Has Pillow write a file: with nothing of what a decoder left beside the pixels, and with room for all of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from PIL import Image, ImageFile

from imgsvc.codecs.memory import without_info
from imgsvc.codecs.plugins import pillow_name
from imgsvc.options.formats import Format

# For a level of one channel, a JPEG's code takes up to 16 bits and the number behind it up to 11; a refinement is less.
_JPEG_BYTES = 4
# Every table and header.
_JPEG_HEAD_BYTES = 64 * 1024
# Blocks are whole, of 16 pixels where color has half of the resolution.
_JPEG_BLOCK = 16


def saved(image: Image.Image, format_: Format, *, room: int = 0, **parameters: Any) -> bytes:
    """The file that Pillow's encoder makes; parameters that are None or empty are left out.

    `room` is what an encoder needs that has to have all of its output in one buffer, in bytes.
    """
    buffer = BytesIO()
    given = {name: value for name, value in parameters.items() if value not in (None, b"")}
    with _buffer_of(room):
        # What a decoder left in `info` Pillow's writers would take for wishes.
        without_info(image).save(buffer, format=pillow_name(format_), **given)
    return buffer.getvalue()


def jpeg_room(image: Image.Image, *blocks: bytes) -> int:
    """Bytes that no JPEG of this image exceeds, with these blocks of metadata in it.

    NOTE: Pillow gives an optimized or progressive JPEG a byte for each pixel, or two from quality 95 on; one of noise
    in full color takes over three, and is refused as a broken data stream.
    """
    across, down = (-(-side // _JPEG_BLOCK) * _JPEG_BLOCK for side in image.size)
    return across * down * len(image.getbands()) * _JPEG_BYTES + _JPEG_HEAD_BYTES + sum(map(len, blocks))


@contextmanager
def _buffer_of(size: int) -> Iterator[None]:
    """PERF: what an encoder does not fill is never touched, and so takes no memory."""
    usual = ImageFile.MAXBLOCK
    ImageFile.MAXBLOCK = max(usual, size)
    try:
        yield
    finally:
        ImageFile.MAXBLOCK = usual
