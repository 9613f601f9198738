"""Color spaces that a file names by numbers (ITU-T H.273), as `nclx` boxes and PNG's `cICP` have them.

COMPAT: what Chromium makes of them; libvips, and so imgproxy, takes all of them for sRGB.
"""

import struct
from collections.abc import Mapping

from imgsvc.codecs.spaces.space import (
    BT_709,
    BT_2020,
    DISPLAY_P3,
    HLG,
    LINEAR,
    PQ,
    SMPTE_428,
    SRGB,
    ColorSpace,
    Curve,
    Primaries,
)
from imgsvc.codecs.spaces.space import gamma as power

_C, _DCI, _E = (0.31, 0.316), (0.314, 0.351), (1 / 3, 1 / 3)
_SMPTE_170 = Primaries("SMPTE 170M", (0.63, 0.34), (0.31, 0.595), (0.155, 0.07))
_PRIMARIES: Mapping[int, Primaries] = {
    1: BT_709,
    4: Primaries("BT.470 M", (0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: Primaries("BT.470 BG", (0.64, 0.33), (0.29, 0.6), (0.15, 0.06)),
    6: _SMPTE_170,
    7: _SMPTE_170,
    8: Primaries("film", (0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: BT_2020,
    10: Primaries("XYZ", (1, 0), (0, 1), (0, 0), _E),
    11: Primaries("DCI-P3", DISPLAY_P3.red, DISPLAY_P3.green, DISPLAY_P3.blue, _DCI),
    12: DISPLAY_P3,
    22: Primaries("EBU 3213", (0.63, 0.34), (0.295, 0.605), (0.155, 0.077)),
}
_SMPTE_240 = Curve("SMPTE 240M", (1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4, 0.0913))
_CURVES: dict[int, Curve] = {
    4: power(2.2),
    5: power(2.8),
    7: _SMPTE_240,
    8: LINEAR,
    13: SRGB,
    16: PQ,
    17: SMPTE_428,
    18: HLG,
}
# Chromium takes the curves of television for that of sRGB in AVIF, and so it is for most pictures that say so; for
# the one of the screens of television in PNG.
_IN_AVIF = _CURVES | dict.fromkeys((1, 2, 6, 14, 15), SRGB)
_IN_PNG = _CURVES | dict.fromkeys((1, 6, 11, 14, 15), power(2.4))
_UNSPECIFIED = 2
_RGB, _FULL_RANGE = 0, 1


def of_nclx(box: bytes | None) -> ColorSpace | None:
    """What a `colr` box says by numbers; None where there is nothing known in it."""
    if not box or not box.startswith(b"nclx") or len(box) < 8:
        return None
    primaries, curve = struct.unpack_from(">HH", box, 4)
    return _space(BT_709 if primaries == _UNSPECIFIED else _PRIMARIES.get(primaries), _IN_AVIF.get(curve))


def of_cicp(chunk: bytes) -> ColorSpace | None:
    """What a `cICP` chunk says; None where there is nothing known in it, or what no PNG may have."""
    if len(chunk) != 4 or tuple(chunk[2:]) != (_RGB, _FULL_RANGE):
        return None
    return _space(_PRIMARIES.get(chunk[0]), _IN_PNG.get(chunk[1]))


def cicp_of(space: ColorSpace) -> bytes:
    """What a `cICP` chunk says of a space that was named by numbers."""
    primaries = next(number for number, each in _PRIMARIES.items() if each == space.primaries)
    curve = next(number for number, each in _CURVES.items() if each == space.curve)
    return bytes((primaries, curve, _RGB, _FULL_RANGE))


def _space(primaries: Primaries | None, curve: Curve | None) -> ColorSpace | None:
    return ColorSpace(primaries, curve) if primaries and curve else None
