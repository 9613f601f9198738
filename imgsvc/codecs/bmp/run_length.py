"""Unpacks run-length encoded BMP pixels; Pillow's own unpacker loses its place at jumps.

The stream is pairs of bytes: a count and a value, or 0 and a command ([MS-WMF] §3.1.6); for 24 bits, which OS/2 has,
the value is a color.
"""

from dataclasses import dataclass

from imgsvc.codecs.headers.extent import Bound

# 0.6 us each in Python.
RUNS = Bound(1_000_000, "bmp runs")

_SINGLES = tuple(bytes((value,)) for value in range(256))
_PAIRS = tuple(bytes((value >> 4, value & 15)) for value in range(256))
_END_OF_LINE, _END_OF_IMAGE, _JUMP = 0, 1, 2
_COLOR_BYTES = 3


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Pixels in the file's order of rows, an index or a color each, whether all are said, and how many rows came."""

    pixels: bytes
    is_all_said: bool
    rows: int


def unpack(stream: bytes, width: int, height: int, bits: int, fill: int = 0) -> Unpacked:
    """Pixels of 4, 8 or 24 bits, as far as the stream goes; those that nothing is said about are `fill`."""
    row = width * (_COLOR_BYTES if bits == 24 else 1)
    pixels = bytearray([fill]) * (row * height)
    x = y = at = runs = said = 0
    try:
        # The mark of its end may be missing.
        while y < height and (said < len(pixels) or at + 1 < len(stream)):
            runs += 1
            if not runs & 0xFFFF:
                RUNS.hold(runs)
            count, value = stream[at], stream[at + 1]
            at += 2
            if count:
                run, used = _repeated(stream, at - 1, count, bits)
                at += used
            elif value == _END_OF_LINE:
                x, y = 0, y + 1
                continue
            elif value == _END_OF_IMAGE:
                break
            elif value == _JUMP:
                x, y, at = x + stream[at] * row // width, y + stream[at + 1], at + 2
                continue
            else:
                run, used = _plain(stream, at, value, bits)
                at += used + used % 2
            # What runs over the row's end is cut off there.
            run = run[: max(0, row - x)]
            start = y * row + x
            pixels[start : start + len(run)] = run
            x, said = x + len(run), said + len(run)
    except IndexError:
        # The stream ends early, in this row.
        return Unpacked(bytes(pixels), is_all_said=False, rows=y)
    return Unpacked(bytes(pixels), said == len(pixels), height)


def _repeated(stream: bytes, at: int, count: int, bits: int) -> tuple[bytes, int]:
    """A value so many times, and how many more bytes than one it takes; IndexError if it is not there.

    PERF: of these there may be as many as there are pixels.
    """
    if bits == 8:
        return _SINGLES[stream[at]] * count, 0
    if bits == 4:
        return (_PAIRS[stream[at]] * ((count + 1) // 2))[:count], 0
    return _there(stream, at, _COLOR_BYTES) * count, _COLOR_BYTES - 1


def _plain(stream: bytes, at: int, count: int, bits: int) -> tuple[bytes, int]:
    """So many values as they stand there, and how many bytes they take; IndexError if they are not there."""
    used = (count + 1) // 2 if bits == 4 else count * (_COLOR_BYTES if bits == 24 else 1)
    values = _there(stream, at, used)
    return (b"".join(map(_PAIRS.__getitem__, values))[:count] if bits == 4 else values), used


def _there(stream: bytes, at: int, count: int) -> bytes:
    if at + count > len(stream):
        raise IndexError(at)
    return stream[at : at + count]
