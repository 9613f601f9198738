"""Unpacks run-length encoded BMP pixels; Pillow's own unpacker loses its place at jumps.

The stream is pairs of bytes: a count and a value, or 0 and a command ([MS-WMF] §3.1.6).
"""

_END_OF_LINE, _END_OF_IMAGE, _JUMP = 0, 1, 2


def unpack(stream: bytes, width: int, height: int, *, is_four_bit: bool) -> bytes:
    """Palette indices row by row, top row first; pixels that nothing is said about are 0.

    IndexError if the stream ends early.
    """
    pixels = bytearray(width * height)
    x = y = at = 0
    while y < height:
        count, value = stream[at], stream[at + 1]
        at += 2
        if count:
            run = _repeated(value, count, is_four_bit)
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
        run = run[: max(0, width - x)]
        start = (height - 1 - y) * width + x
        pixels[start : start + len(run)] = run
        x += len(run)
    return bytes(pixels)


def _repeated(value: int, count: int, is_four_bit: bool) -> bytes:
    if not is_four_bit:
        return bytes((value,)) * count
    return (bytes((value >> 4, value & 15)) * ((count + 1) // 2))[:count]


def _split(packed: bytes) -> bytes:
    """Two indices from every byte."""
    return bytes(index for byte in packed for index in (byte >> 4, byte & 15))
