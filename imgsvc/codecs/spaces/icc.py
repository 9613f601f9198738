"""Writes ICC profiles of colors that are a matrix and a curve, or of gray that is a curve (ICC.1:2022)."""

import struct
from collections.abc import Mapping
from typing import Any

import numpy
import numpy.typing

Matrix = numpy.typing.NDArray[Any]

# The white of profiles.
D50 = (0.9642, 1.0, 0.8249)
_BRADFORD = ((0.8951, 0.2664, -0.1614), (-0.7502, 1.7135, 0.0367), (0.0389, -0.0685, 1.0296))
_HEADER_BYTES = 128


def rgb_profile(name: str, to_xyz: Matrix, curve: tuple[float, ...]) -> bytes:
    """One of three colors, the columns of `to_xyz`, of which white is the sum."""
    adaptation = _adaptation(to_xyz.sum(axis=1))
    columns = adaptation @ to_xyz
    return _written(
        b"RGB ",
        {
            **_common(name, adaptation),
            **{tag: _xyz(columns[:, at]) for at, tag in enumerate((b"rXYZ", b"gXYZ", b"bXYZ"))},
            **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _curve(curve)),
        },
    )


def gray_profile(name: str, white: Matrix, curve: tuple[float, ...]) -> bytes:
    """One of gray, whose white is that of a screen."""
    return _written(b"GRAY", {**_common(name, _adaptation(white)), b"kTRC": _curve(curve)})


def _common(name: str, adaptation: Matrix) -> dict[bytes, bytes]:
    return {
        b"desc": _text(name),
        b"cprt": _text("No copyright"),
        b"wtpt": _xyz(D50),
        b"chad": b"sf32" + bytes(4) + _fixed(*adaptation.ravel()),
    }


def _adaptation(white: Matrix) -> Matrix:
    """From the white of screens to that of profiles."""
    bradford = numpy.array(_BRADFORD)
    ratio = (bradford @ numpy.array(D50)) / (bradford @ white)
    adapted: Matrix = numpy.linalg.inv(bradford) @ numpy.diag(ratio) @ bradford
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


def _written(colors: bytes, tags: Mapping[bytes, bytes]) -> bytes:
    """Alike tags share their place."""
    table, data, places = struct.pack(">I", len(tags)), b"", {}
    start = _HEADER_BYTES + 4 + 12 * len(tags)
    for name, block in tags.items():
        if block not in places:
            places[block] = start + len(data)
            data += block + bytes(-len(block) % 4)
        table += struct.pack(">4sII", name, places[block], len(block))
    head = struct.pack(">I4xI", start + len(data), 0x04200000) + b"mntr" + colors + b"XYZ "
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + _fixed(*D50)
    return head.ljust(_HEADER_BYTES, b"\0") + table + data
