"""Makes ICC profiles of colors that a file names by numbers (ITU-T H.273), as `nclx` boxes and PNG's `cICP` have them.

COMPAT: what browsers make of them; libvips, and so imgproxy, takes all of them for sRGB.
"""

import struct
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy
import numpy.typing

_Matrix = numpy.typing.NDArray[Any]
_Chromaticities = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]

_BT_709: _Chromaticities = ((0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
_SMPTE_170: _Chromaticities = ((0.63, 0.34), (0.31, 0.595), (0.155, 0.07))
# Of those whose white is D65.
_PRIMARIES: Mapping[int, _Chromaticities] = {
    1: _BT_709,
    2: _BT_709,
    5: ((0.64, 0.33), (0.29, 0.6), (0.15, 0.06)),
    6: _SMPTE_170,
    7: _SMPTE_170,
    9: ((0.708, 0.292), (0.17, 0.797), (0.131, 0.046)),
    12: ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
}
# Chromium takes the curves of television for that of sRGB, and so it is for most pictures that say so.
_SRGB_CURVES = frozenset({1, 2, 6, 13, 14, 15})
_GAMMAS: Mapping[int, float] = {4: 2.2, 5: 2.8, 8: 1.0}
_SRGB_PARAMETERS = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)

_D65, _D50 = (0.3127, 0.329), (0.9642, 1.0, 0.8249)
_BRADFORD = numpy.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_HEADER_BYTES = 128


def profile_of(nclx: bytes | None) -> bytes | None:
    """The profile of what a `colr` box says by numbers; None for sRGB, and for what cannot be said by a profile."""
    if not nclx or not nclx.startswith(b"nclx") or len(nclx) < 8:
        return None
    primaries, curve = struct.unpack_from(">HH", nclx, 4)
    return profile_of_numbers(primaries, curve)


@cache
def profile_of_numbers(primaries: int, curve: int) -> bytes | None:
    """The same of the two numbers alone."""
    colors, parameters = _PRIMARIES.get(primaries), _parameters(curve)
    if not colors or not parameters or (colors == _BT_709 and parameters == _SRGB_PARAMETERS):
        return None
    columns = _adaptation() @ _to_xyz(colors)
    return _written(
        {
            b"desc": _text(f"CICP {primaries}/{curve}"),
            b"cprt": _text("No copyright"),
            b"wtpt": _xyz(_D50),
            b"chad": b"sf32" + bytes(4) + _fixed(*_adaptation().ravel()),
            **{name: _xyz(columns[:, at]) for at, name in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(parameters)),
        }
    )


def _parameters(curve: int) -> tuple[float, ...] | None:
    gamma = _GAMMAS.get(curve)
    return _SRGB_PARAMETERS if curve in _SRGB_CURVES else (gamma,) if gamma else None


def _to_xyz(colors: _Chromaticities) -> _Matrix:
    """The three as columns, of which white is the sum."""
    columns = numpy.array([_of_chromaticity(each) for each in colors]).T
    scaled: _Matrix = columns * numpy.linalg.solve(columns, _of_chromaticity(_D65))
    return scaled


def _of_chromaticity(at: tuple[float, float]) -> _Matrix:
    x, y = at
    return numpy.array([x / y, 1, (1 - x - y) / y])


def _adaptation() -> _Matrix:
    """From the white of screens to that of profiles."""
    ratio = (_BRADFORD @ numpy.array(_D50)) / (_BRADFORD @ _of_chromaticity(_D65))
    adapted: _Matrix = numpy.linalg.inv(_BRADFORD) @ numpy.diag(ratio) @ _BRADFORD
    return adapted


def _fixed(*numbers: float) -> bytes:
    return b"".join(struct.pack(">i", round(float(each) * 65536)) for each in numbers)


def _xyz(numbers: Any) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(*numbers)


def _curve(parameters: tuple[float, ...]) -> bytes:
    """A gamma, or one with a straight part at its beginning."""
    kind = 0 if len(parameters) == 1 else 3
    return b"para" + bytes(4) + struct.pack(">HH", kind, 0) + _fixed(*parameters)


def _text(words: str) -> bytes:
    content = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(content), 28) + content


def _written(tags: Mapping[bytes, bytes]) -> bytes:
    """Alike tags share their place."""
    table, data, places = struct.pack(">I", len(tags)), b"", {}
    start = _HEADER_BYTES + 4 + 12 * len(tags)
    for name, block in tags.items():
        if block not in places:
            places[block] = start + len(data)
            data += block + bytes(-len(block) % 4)
        table += struct.pack(">4sII", name, places[block], len(block))
    head = (
        struct.pack(">I4xI", start + len(data), 0x04200000) + b"mntrRGB XYZ " + struct.pack(">6H", 2026, 1, 1, 0, 0, 0)
    )
    return (head + b"acsp" + bytes(28) + _fixed(*_D50)).ljust(_HEADER_BYTES, b"\0") + table + data
