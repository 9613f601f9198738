"""Reads the size that an AV1 picture says itself (AV1 specification, §5.3 to §5.5)."""

from collections.abc import Callable, Iterator

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.bits import Bits

_SEQUENCE_HEADER = 1
# More than a sequence header can take.
_HEADER_BYTES = 256


def admit(units: bytes | memoryview, extent: Extent, count: Callable[[], None]) -> None:
    """Hold the size of each sequence header against the limit; `count` is called for each unit."""
    for kind, content in _units(units):
        count()
        if kind == _SEQUENCE_HEADER:
            extent.admit(*_size(Bits(content)), "coded picture")


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
    bits.take(4)  # profile, still picture
    if bits.take(1):  # reduced header
        bits.take(5)
    else:
        _operating_points(bits)
    across, down = bits.take(4) + 1, bits.take(4) + 1
    return bits.take(across) + 1, bits.take(down) + 1


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
