"""Photoshop's resources: blocks by their numbers, one behind the other."""

from collections.abc import Iterator, Mapping

from imgsvc.codecs.headers.extent import Bound

# Real files have some dozens.
RESOURCES = Bound(10_000, "photoshop resources")

# Resolution, and the data sets of IPTC.
RESOLUTION, IPTC = 0x03ED, 0x0404
_SIGNATURES = frozenset({b"8BIM", b"8B64", b"MeSa", b"AgHg", b"PHUT", b"DCSR"})
_PER_UNIT = {1: "inches", 2: "cm"}
_UNITS = {1: "inches", 2: "cm", 3: "points", 4: "picas", 5: "columns"}
_RESOLUTION_BYTES = 16


def resources(section: bytes) -> Mapping[int, bytes]:
    """Those that are there, of each number the first, up to one that makes no sense."""
    found: dict[int, bytes] = {}
    for number, content in _resources(section):
        found.setdefault(number, content)
    return found


def _resources(section: bytes) -> Iterator[tuple[int, bytes]]:
    at, count = 0, 0
    while at + 12 <= len(section) and section[at : at + 4] in _SIGNATURES:
        count += 1
        if count > RESOURCES.most:
            return
        number = int.from_bytes(section[at + 4 : at + 6])
        # A name, which with its length is of an even length.
        at += 6 + (section[at + 6] + 2) // 2 * 2
        length = int.from_bytes(section[at : at + 4])
        at += 4
        if at + length > len(section):
            return
        yield number, section[at : at + length]
        at += length + length % 2


def resolution(content: bytes) -> Mapping[str, object] | None:
    """What is told of it; None where there is none."""
    if len(content) < _RESOLUTION_BYTES:
        return None

    def axis(at: int) -> tuple[float, str, str]:
        value = int.from_bytes(content[at : at + 4]) / 65536
        unit, side = (int.from_bytes(content[place : place + 2]) for place in (at + 4, at + 6))
        return value, _PER_UNIT.get(unit, "inches"), _UNITS.get(side, "inches")

    (across, across_unit, width), (down, down_unit, height) = axis(0), axis(8)
    return {
        "XResolution": _number(across),
        "XResolutionUnit": across_unit,
        "WidthUnit": width,
        "YResolution": _number(down),
        "YResolutionUnit": down_unit,
        "HeightUnit": height,
    }


def _number(value: float) -> float:
    return int(value) if value == int(value) else round(value, 4)
