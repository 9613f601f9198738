"""Reads the size and the color space that an AV1 picture says itself (AV1 specification, §5.3 to §5.5)."""

import struct
from collections.abc import Callable, Iterator

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.bits import Bits

_SEQUENCE_HEADER = 1
_HIGH, _PROFESSIONAL = 1, 2
# More than a sequence header can take.
_HEADER_BYTES = 256


def admit(units: bytes | memoryview, extent: Extent, count: Callable[[], None]) -> None:
    """Hold the size of each sequence header against the limit; `count` is called for each unit."""
    for kind, content in _units(units):
        count()
        if kind == _SEQUENCE_HEADER:
            extent.admit(*_size(Bits(content)), "coded picture")


def nclx(units: bytes | memoryview) -> bytes | None:
    """The content of the `colr` box that says what the first sequence header does; None where that says nothing."""
    for kind, content in _units(units):
        if kind == _SEQUENCE_HEADER:
            bits = Bits(content)
            profile, is_reduced = _begin(bits)
            _sides(bits)
            _tools(bits, is_reduced=is_reduced)
            return _colors(bits, profile)
    return None


def _colors(bits: Bits, profile: int) -> bytes | None:
    if bits.take(1) and profile == _PROFESSIONAL:
        bits.take(1)
    if profile != _HIGH:
        bits.take(1)
    if not bits.take(1):
        return None
    # Whether black is 0, no color space says.
    return b"nclx" + struct.pack(">HHHB", bits.take(8), bits.take(8), bits.take(8), 0)


def _units(data: bytes | memoryview) -> Iterator[tuple[int, bytes]]:
    """Type of each unit with its first bytes."""
    at = 0
    while at < len(data):
        head, at = data[at], at + 1 + (data[at] >> 2 & 1)
        length, at = _length(data, at) if head & 2 else (len(data) - at, at)
        yield head >> 3 & 15, bytes(data[at : at + min(length, _HEADER_BYTES)])
        at += length


def _length(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """A number in LEB128, and where it ends."""
    value = 0
    for place in range(8):
        value |= (data[at + place] & 0x7F) << 7 * place
        if data[at + place] < 0x80:
            return value, at + place + 1
    raise ValueError("an AV1 unit of no length")


def _size(bits: Bits) -> tuple[int, int]:
    _begin(bits)
    return _sides(bits)


def _begin(bits: Bits) -> tuple[int, bool]:
    """The profile, and whether the header is the short one of still pictures."""
    profile = bits.take(3)
    bits.take(1)
    is_reduced = bool(bits.take(1))
    if is_reduced:
        bits.take(5)
    else:
        _operating_points(bits)
    return profile, is_reduced


def _sides(bits: Bits) -> tuple[int, int]:
    across, down = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(across) + 1, bits.take(down) + 1


def _tools(bits: Bits, *, is_reduced: bool) -> None:
    """What a decoder needs; most of it only where frames follow each other."""
    if not is_reduced and bits.take(1):
        bits.take(7)
    bits.take(3)
    if not is_reduced:
        bits.take(4)
        has_order = bits.take(1)
        bits.take(2 * has_order)
        # Tools for screens: chosen by each frame, or for all.
        if (bits.take(1) or bits.take(1)) and not bits.take(1):
            bits.take(1)
        bits.take(3 * has_order)
    bits.take(3)


def _operating_points(bits: Bits) -> None:
    delay_bits = _timing(bits) if bits.take(1) else 0
    has_display_delay = bits.take(1)
    for _ in range(bits.take(5) + 1):
        bits.take(12)
        if bits.take(5) > 7:
            bits.take(1)
        if delay_bits and bits.take(1):
            bits.take(2 * delay_bits + 1)
        if has_display_delay and bits.take(1):
            bits.take(4)


def _timing(bits: Bits) -> int:
    """Bits of a decoder model's delays; 0 without one."""
    bits.take(64)
    if bits.take(1):
        bits.exponential()
    if not bits.take(1):
        return 0
    delay_bits = bits.take(5) + 1
    bits.take(42)
    return delay_bits
