"""Reads the size of a JPEG XL image before any decoder is asked, and holds it against limits.

ISO/IEC 18181-1 annexes A (size header) and B (image metadata); ISO/IEC 18181-2 (boxes).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.options.geometry import Size
from imgsvc.options.orientation import upright

BOXES = Bound(4096, "jxl boxes")
# Every one is a plane of floats as large as the picture, beside the three of its colors.
EXTRA_CHANNELS = Bound(8, "jxl extra channels")

_CONTAINER = b"\0\0\0\x0cJXL "
# More than every header together can take.
_HEADER_BYTES = 4096
# No further is looked; headers/extent.py allows fewer.
_MOST_BOXES = 5000

# How a number is coded: four choices of (bits to read, what is added).
_SIDE = ((9, 1), (13, 1), (18, 1), (30, 1))
_PREVIEW_BLOCKS = ((0, 16), (0, 32), (5, 1), (9, 33))
_PREVIEW_SIDE = ((6, 1), (8, 65), (10, 321), (12, 1345))
_TICKS = ((0, 100), (0, 1000), (10, 1), (30, 1))
_TICK_PARTS = ((0, 1), (0, 1001), (8, 1), (10, 1))
_LOOPS = ((0, 0), (3, 0), (16, 0), (32, 0))
_INTEGER_BITS = ((0, 8), (0, 10), (0, 12), (6, 1))
_FLOAT_BITS = ((0, 32), (0, 16), (0, 24), (6, 1))
_CHANNELS = ((0, 0), (0, 1), (4, 2), (12, 1))
_ENUM = ((0, 0), (0, 1), (4, 2), (6, 18))
_SHIFT = ((0, 0), (0, 3), (0, 4), (3, 1))
_NAME_BYTES = ((0, 0), (4, 0), (5, 16), (10, 48))
_FILTERS = ((0, 1), (2, 0), (4, 3), (8, 19))
# Kinds of channels, and a space of colors.
_ALPHA, _SPOT, _FILTER_ARRAY = 0, 2, 5
_GRAY = 1
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))

Code = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class JxlHeader:
    """What stands before the pixels; `size` is that of the upright image, which is what decoders give."""

    size: Size
    extra_channels: int = 0
    boxes: int = 0


@dataclass(frozen=True, slots=True)
class JxlColors:
    """What its samples are."""

    bits: int = 8
    is_float: bool = False
    is_gray: bool = False
    has_alpha: bool = False


class _Bits:
    """Numbers out of bytes, lowest bit first."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data, "little")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        if count > self._left:
            raise EOFError("the JPEG XL header ends early")
        number = self._value & ((1 << count) - 1)
        self._value >>= count
        self._left -= count
        return number

    def flag(self) -> bool:
        return bool(self.take(1))

    def coded(self, code: Code) -> int:
        bits, added = code[self.take(2)]
        return self.take(bits) + added


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size, and the planes that it is kept in, against the limits."""
    header = jxl_header(data)
    BOXES.hold(header.boxes)
    EXTRA_CHANNELS.hold(header.extra_channels)
    return Survey(extent.admit(*header.size))


def jxl_header(data: bytes) -> JxlHeader:
    """Read the header; EOFError or ValueError if it is damaged."""
    parts = list(islice(_boxes(data), _MOST_BOXES)) if data.startswith(_CONTAINER) else [data]
    bits = _Bits(b"".join(parts)[2:_HEADER_BYTES])
    size = _size(bits, lambda: 8 * (1 + bits.take(5)), _SIDE)
    if bits.flag():
        return JxlHeader(size, boxes=len(parts))
    orientation = _extra_fields(bits) if bits.flag() else 1
    _depth(bits)
    bits.flag()  # 16-bit buffers are enough
    return JxlHeader(upright(size, orientation), bits.coded(_CHANNELS), len(parts))


def jxl_colors(stream: bytes) -> JxlColors:
    """Read what a bare codestream says of its samples; EOFError if it is damaged, or names its channels at length."""
    bits = _Bits(stream[2:_HEADER_BYTES])
    _size(bits, lambda: 8 * (1 + bits.take(5)), _SIDE)
    if bits.flag():
        return JxlColors()
    if bits.flag():
        _extra_fields(bits)
    depth, is_float = _depth(bits)
    bits.flag()  # 16-bit buffers are enough
    kinds = {_extra_channel(bits) for _ in range(bits.coded(_CHANNELS))}
    bits.flag()  # XYB
    # What is no default has a flag for a profile before it says what space it is in.
    is_gray = False
    if not bits.flag():
        bits.flag()
        is_gray = bits.coded(_ENUM) == _GRAY
    return JxlColors(depth, is_float, is_gray, _ALPHA in kinds)


def _boxes(data: bytes) -> Iterator[bytes]:
    """What the codestream boxes hold, no more of each than a header needs; of other boxes nothing."""
    at = 0
    while at + 8 <= len(data):
        length, kind, start = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8], at + 8
        if length == 1:
            length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        end = at + length if length else len(data)
        if end < start:
            raise ValueError(f"a JPEG XL box of {length} bytes")
        if kind in (b"jxlc", b"jxlp"):
            start += 4 if kind == b"jxlp" else 0
            yield data[start : min(end, start + _HEADER_BYTES)]
        else:
            yield b""
        at = end


def _size(bits: _Bits, blocks: Callable[[], int], sides: Code) -> Size:
    """Height, then width or its ratio to height."""
    is_small = bits.flag()

    def side() -> int:
        return blocks() if is_small else bits.coded(sides)

    height = side()
    ratio = bits.take(3)
    if not ratio:
        return Size(side(), height)
    times, parts = _RATIOS[ratio - 1]
    return Size(height * times // parts, height)


def _extra_fields(bits: _Bits) -> int:
    """Orientation."""
    orientation = 1 + bits.take(3)
    if bits.flag():  # intrinsic size
        _size(bits, lambda: 8 * (1 + bits.take(5)), _SIDE)
    if bits.flag():  # preview
        _size(bits, lambda: 8 * bits.coded(_PREVIEW_BLOCKS), _PREVIEW_SIDE)
    if bits.flag():  # animation
        for code in (_TICKS, _TICK_PARTS, _LOOPS):
            bits.coded(code)
        bits.flag()  # time codes
    return orientation


def _depth(bits: _Bits) -> tuple[int, bool]:
    """Bits of a sample, and whether it is a float."""
    if not bits.flag():
        return bits.coded(_INTEGER_BITS), False
    depth = bits.coded(_FLOAT_BITS)
    bits.take(4)  # those of the exponent, less one
    return depth, True


def _extra_channel(bits: _Bits) -> int:
    """Its kind."""
    if bits.flag():
        return _ALPHA
    kind = bits.coded(_ENUM)
    _depth(bits)
    bits.coded(_SHIFT)
    bits.take(8 * bits.coded(_NAME_BYTES))
    if kind == _ALPHA:
        bits.flag()  # multiplied
    elif kind == _SPOT:
        bits.take(4 * 16)
    elif kind == _FILTER_ARRAY:
        bits.coded(_FILTERS)
    return kind
