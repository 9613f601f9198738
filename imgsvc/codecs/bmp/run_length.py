"""Unpacks run-length encoded BMP pixels; Pillow's own unpacker loses its place at jumps.

The stream is pairs of bytes: a count and a value, or 0 and a command ([MS-WMF] §3.1.6).
"""

from PIL import Image, ImageFile

from imgsvc.codecs.headers.extent import Bound

# 0.6 us each in Python.
RUNS = Bound(1_000_000, "bmp runs")

_SINGLES = tuple(bytes((value,)) for value in range(256))
_PAIRS = tuple(bytes((value >> 4, value & 15)) for value in range(256))
_END_OF_LINE, _END_OF_IMAGE, _JUMP = 0, 1, 2


def run_length(image: ImageFile.ImageFile, data: bytes) -> Image.Image:
    """The pixels of a file that Pillow has opened."""
    _, _, offset, arguments = image.tile[0]
    is_four_bit = bool(arguments[1]) if isinstance(arguments, tuple) else False
    pixels = Image.frombytes("L", image.size, unpack(data[offset:], *image.size, is_four_bit=is_four_bit))
    if image.mode == "P":
        pixels.putpalette(image.getpalette() or [])
    return pixels


def unpack(stream: bytes, width: int, height: int, *, is_four_bit: bool) -> bytes:
    """Palette indices row by row, top row first; pixels that nothing is said about are 0.

    IndexError if the stream ends early.
    """
    pixels = bytearray(width * height)
    x = y = at = runs = 0
    while y < height:
        runs += 1
        if not runs & 0xFFFF:
            RUNS.hold(runs)
        count, value = stream[at], stream[at + 1]
        at += 2
        if count:
            # PERF: of these there may be as many as there are pixels.
            run = _PAIRS[value] * count if is_four_bit else _SINGLES[value] * count
            run = run[:count] if is_four_bit else run
        elif value == _END_OF_LINE:
            x, y = 0, y + 1
            continue
        elif value == _END_OF_IMAGE:
            break
        elif value == _JUMP:
            x, y, at = x + stream[at], y + stream[at + 1], at + 2
            continue
        else:
            used = (value + 1) // 2 if is_four_bit else value
            run = _split(stream[at : at + used])[:value] if is_four_bit else stream[at : at + used]
            at += used + used % 2
        # What runs over the row's end is cut off there.
        if x + len(run) > width:
            run = run[: max(0, width - x)]
        start = (height - 1 - y) * width + x
        pixels[start : start + len(run)] = run
        x += len(run)
    return bytes(pixels)


def _split(packed: bytes) -> bytes:
    """Two indices from every byte."""
    return bytes(index for byte in packed for index in (byte >> 4, byte & 15))
