"""PSD and PSB files, written of samples."""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy
import numpy.typing

from imgsvc.codecs.psd.header import ColorMode, Resource
from imgsvc.codecs.psd.planes import Packing

Samples = numpy.typing.NDArray[Any]
# Written by Photoshop, and with a merged picture.
BY_PHOTOSHOP = {Resource.VERSION: struct.pack(">IB", 1, 1) + bytes(12)}
# Behind the layers of a deep document: a block that says that the merged picture is transparent.
MERGED = b"8BIMMt16" + struct.pack(">I", 0)


@dataclass(frozen=True)
class Kind:
    """Everything but the samples."""

    mode: ColorMode = ColorMode.RGB
    bits: int = 8
    packing: int = Packing.NONE
    is_big: bool = False
    table: bytes = b""
    resources: Mapping[int, bytes] = field(default_factory=dict)
    # How many layers it says to have; a negative number makes the merged picture transparent.
    layers: int = 0
    # Behind the layers: what deep documents have there.
    block: bytes = b""


def psd(planes: Samples, kind: Kind = Kind()) -> bytes:
    """A file of these channels, each of rows of samples as they stand in it."""
    channels, height, width = planes.shape
    if kind.bits == 1:
        width *= 8
    head = struct.pack(
        ">4sH6xHIIHH", b"8BPS", 2 if kind.is_big else 1, channels, height, width, kind.bits, int(kind.mode)
    )
    resources = b"".join(map(_resource, kind.resources.items()))
    parts = [head, _sized(kind.table), _sized(resources), _layers(kind), struct.pack(">H", kind.packing)]
    return b"".join(parts) + _packed(planes, kind)


def _sized(content: bytes, form: str = ">I") -> bytes:
    return struct.pack(form, len(content)) + content


def _resource(item: tuple[int, bytes]) -> bytes:
    number, content = item
    return b"8BIM" + struct.pack(">H", number) + b"\0\0" + _sized(content) + b"\0" * (len(content) % 2)


def _layers(kind: Kind) -> bytes:
    form = ">Q" if kind.is_big else ">I"
    count = struct.pack(">h", kind.layers) if kind.layers else b""
    return _sized(_sized(count, form) + _sized(b"") + kind.block if count or kind.block else b"", form)


def _packed(planes: Samples, kind: Kind) -> bytes:
    form = {8: ">u1", 16: ">u2", 32: ">f4"}.get(kind.bits, ">u1")
    rows = [row.astype(form).tobytes() for plane in planes for row in plane]
    return _PACKINGS[Packing(kind.packing)](rows, kind)


def _runs(rows: list[bytes], kind: Kind) -> bytes:
    packed = [pack_bits(row) for row in rows]
    form = ">I" if kind.is_big else ">H"
    return b"".join(struct.pack(form, len(each)) for each in packed) + b"".join(packed)


def pack_bits(row: bytes) -> bytes:
    """Runs of the same byte, and others as they are."""
    packed, at = b"", 0
    while at < len(row):
        run = next((count for count in range(1, 128) if row[at + count : at + count + 1] != row[at : at + 1]), 128)
        packed += bytes([257 - run, row[at]]) if run > 1 else bytes([0, row[at]])
        at += run
    return packed


def _differences(rows: list[bytes], kind: Kind) -> bytes:
    return zlib.compress(b"".join(_as_differences(row, kind.bits) for row in rows))


def _as_differences(row: bytes, bits: int) -> bytes:
    if bits == 16:
        samples = numpy.frombuffer(row, ">u2").astype(numpy.uint16)
        return numpy.diff(samples, prepend=numpy.uint16(0)).astype(">u2").tobytes()
    samples = numpy.frombuffer(row, numpy.uint8)
    if bits == 32:
        samples = numpy.ascontiguousarray(samples.reshape(-1, 4).T).ravel()
    return numpy.diff(samples, prepend=numpy.uint8(0)).tobytes()


_PACKINGS: Mapping[Packing, Callable[[list[bytes], Kind], bytes]] = {
    Packing.NONE: lambda rows, _: b"".join(rows),
    Packing.PACK_BITS: _runs,
    Packing.ZIP: lambda rows, _: zlib.compress(b"".join(rows)),
    Packing.ZIP_OF_DIFFERENCES: _differences,
}


def ramps(channels: int, width: int = 40, height: int = 30, most: float = 255) -> Samples:
    """Channels that rise along both sides, each otherwise."""
    down, across = numpy.mgrid[0:height, 0:width]
    planes = [(down * (each + 3) + across * (2 * each + 5)) % 256 for each in range(channels)]
    return numpy.array(planes) * (most / 255)


def flat(*levels: float, width: int = 8, height: int = 6) -> Samples:
    """Channels of one level each."""
    return numpy.array([numpy.full((height, width), level) for level in levels])
