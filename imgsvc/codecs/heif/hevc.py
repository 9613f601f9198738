"""Reads the size that an HEVC picture says itself (ITU-T H.265, §7.3; ISO/IEC 14496-15, §8.3.3)."""

from collections.abc import Callable, Iterator

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.bits import Bits

_SEQUENCE_PARAMETERS = 33
_BLOCK = 63
# More than what stands before the size can take.
_HEADER_BYTES = 512
# Profile, tier and level of all, and of each layer that says so.
_PROFILE_BITS, _LEVEL_BITS = 88, 8


def admit_configuration(box: bytes, extent: Extent, count: Callable[[], None]) -> int:
    """Hold the size of each sequence in an `hvcC` box against the limit; how many bytes a unit's length takes."""
    at = 23
    for _ in range(box[22]):
        units, at = int.from_bytes(box[at + 1 : at + 3]), at + 3
        for _ in range(units):
            count()
            length, at = int.from_bytes(box[at : at + 2]), at + 2
            _admit(box[at : at + min(length, _HEADER_BYTES)], extent)
            at += length
    return (box[21] & 3) + 1


def admit_units(data: memoryview, length_bytes: int, extent: Extent, count: Callable[[], None]) -> None:
    """Hold the size of each sequence in an item against the limit; `count` is called for each unit."""
    for unit in _units(data, length_bytes):
        count()
        _admit(unit, extent)


def _units(data: memoryview, length_bytes: int) -> Iterator[bytes]:
    """The first bytes of each."""
    at = 0
    while at + length_bytes < len(data):
        length, at = int.from_bytes(data[at : at + length_bytes]), at + length_bytes
        yield bytes(data[at : at + min(length, _HEADER_BYTES)])
        at += length


def _admit(unit: bytes, extent: Extent) -> None:
    if unit and unit[0] >> 1 & 0x3F == _SEQUENCE_PARAMETERS:
        # A three keeps two zeros from looking like the beginning of a unit.
        width, height = _size(Bits(unit[2:].replace(b"\0\0\3", b"\0\0")))
        # It ends with a whole block, the image maybe before.
        extent.admit(max(1, width - _BLOCK), max(1, height - _BLOCK), "coded picture")


def _size(bits: Bits) -> tuple[int, int]:
    bits.take(4)
    layers = bits.take(3)
    bits.take(1 + _PROFILE_BITS + _LEVEL_BITS)
    if layers:
        told = [(bits.take(1), bits.take(1)) for _ in range(8)][:layers]
        for has_profile, has_level in told:
            bits.take(_PROFILE_BITS * has_profile + _LEVEL_BITS * has_level)
    bits.exponential()
    if bits.exponential() == 3:
        bits.take(1)
    return bits.exponential(), bits.exponential()
