"""Lays out GIF files frame by frame.

Pillow's own writer leaves out frames that look like the one before; a client that counts frames would miss them.
"""

import struct
from collections.abc import Iterator

from PIL import GifImagePlugin, Image, ImageChops

from imgsvc.codecs.palette import with_binary_alpha
from imgsvc.codecs.picture import Picture
from imgsvc.options.geometry import Box

_KEEP, _CLEAR = 1, 2
_SMALLEST = Box(0, 0, 1, 1)
_TRAILER = b";"


def gif(picture: Picture, bits: int) -> bytes:
    """A file of all frames, each with a palette of its own of at most `bits`."""
    parts = [_head(picture)]
    for index, (frame, box) in enumerate(zip(picture.frames, _changed(picture), strict=True)):
        delay = picture.delays_ms[index] if picture.is_animated else 0
        parts += _frame(with_binary_alpha(frame.crop(box), bits), box, delay, picture.has_alpha)
    return b"".join(parts) + _TRAILER


def _head(picture: Picture) -> bytes:
    # Eight bits a channel, no palette for the whole file.
    screen = b"GIF89a" + struct.pack("<HHBBB", *picture.size, 0x70, 0, 0)
    if not picture.is_animated or picture.loop == 1:
        return screen
    repeats = min(picture.loop - 1, 0xFFFF) if picture.loop else 0
    return screen + b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeats) + b"\0"


def _changed(picture: Picture) -> Iterator[Box]:
    """The part of each frame that has to be written."""
    size = picture.size
    yield Box(0, 0, *size)
    for before, frame in zip(picture.frames, picture.frames[1:], strict=False):
        if picture.has_alpha:
            # Each frame is cleared before the next, or what was opaque could not turn transparent.
            found = frame.getchannel("A").getbbox() if frame.mode in ("LA", "RGBA") else (0, 0, *size)
        else:
            found = ImageChops.difference(before, frame).getbbox()
        yield Box(*found) if found else _SMALLEST


def _frame(image: Image.Image, box: Box, delay_ms: int, has_alpha: bool) -> list[bytes]:
    control: dict[str, int] = {"disposal": _CLEAR if has_alpha else _KEEP, "duration": delay_ms}
    if "transparency" in image.info:
        control["transparency"] = image.info["transparency"]
    parts: list[bytes] = GifImagePlugin.getdata(image, (box.left, box.top), include_color_table=True, **control)
    return parts
