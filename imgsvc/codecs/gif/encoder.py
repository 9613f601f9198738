"""Lays out GIF files frame by frame.

Pillow's own writer leaves out frames that look like the one before; a client that counts frames would miss them.
"""

import struct
from collections.abc import Callable, Iterator
from io import BytesIO

from PIL import GifImagePlugin, Image, ImageChops

from imgsvc.codecs.color.palette import shared, with_binary_alpha
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.picture import Picture
from imgsvc.options.geometry import Box
from imgsvc.options.modes import has_alpha

_KEEP, _CLEAR = 1, 2
_SMALLEST = Box(0, 0, 1, 1)
_TRAILER = b";"
_MAX_BITS = 8


def write_gif(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    return gif(picture, picture.palette_bits or 8, options.check)


def gif(picture: Picture, bits: int, check: Callable[[], None] = lambda: None) -> bytes:
    """A file of all frames in one palette, of at most `bits` for a single frame; `check` is called before each."""
    # A source's frames may each have a small palette of their own; the one for all of them is as large as can be.
    bits = _MAX_BITS if picture.is_animated else bits
    palette = shared(picture.frames, bits) if picture.is_animated else None
    # PERF: what it has is given away without a copy.
    file = BytesIO()
    for index, (frame, box) in enumerate(_changed(picture)):
        check()
        reduced = with_binary_alpha(frame.crop(box), bits, palette)
        if index == 0:
            file.write(_head(picture, reduced))
        file.writelines(_frame(reduced, box, picture.delays_ms[index] if picture.is_animated else 0, picture.has_alpha))
    file.write(_TRAILER)
    return file.getvalue()


def _head(picture: Picture, first: Image.Image) -> bytes:
    """The screen, the palette that all frames share, and how often they are shown."""
    colors = bytes(first.getpalette("RGB") or [])[: 3 << _MAX_BITS]
    depth = max(1, (len(colors) // 3 - 1).bit_length())
    # Eight bits a channel, then the size of the palette.
    screen = b"GIF89a" + struct.pack("<HHBBB", *picture.size, 0xF0 | (depth - 1), 0, 0)
    table = colors.ljust(3 << depth, b"\0")
    if not picture.is_animated or picture.loop == 1:
        return screen + table
    repeats = picture.loop - 1 if picture.loop else 0
    return screen + table + b"\x21\xff\x0bNETSCAPE2.0\x03\x01" + struct.pack("<H", repeats) + b"\0"


def _changed(picture: Picture) -> Iterator[tuple[Image.Image, Box]]:
    """The frames, and the part of each that has to be written."""
    whole, has_any_alpha, before = Box(0, 0, *picture.size), picture.has_alpha, None
    for frame in picture.frames:
        if before is None:
            found: tuple[int, int, int, int] | None = whole
        elif has_any_alpha:
            # Each frame is cleared before the next, or what was opaque could not turn transparent.
            found = frame.getchannel("A").getbbox() if has_alpha(frame.mode) else whole
        else:
            found = ImageChops.difference(before, frame).getbbox()
        yield frame, Box(*found) if found else _SMALLEST
        before = frame


def _frame(image: Image.Image, box: Box, delay_ms: int, is_cleared: bool) -> list[bytes]:
    control: dict[str, int] = {"disposal": _CLEAR if is_cleared else _KEEP, "duration": delay_ms}
    if "transparency" in image.info:
        control["transparency"] = image.info["transparency"]
    parts: list[bytes] = GifImagePlugin.getdata(image, (box.left, box.top), **control)
    return parts
