from typing import Any

import numpy
import pytest

from imgsvc.codecs.tiff.layout import Layout, Numbers, Photometric
from imgsvc.codecs.tiff.samples import row_bytes, samples_of
from imgsvc.options.geometry import Size


def layout(bits: int, samples: int = 1, numbers: Numbers = Numbers.UNSIGNED, **fields: Any) -> Layout:
    given = {"photometric": Photometric.BLACK_IS_ZERO, "compression": 1, "colors": 1, **fields}
    return Layout(size=Size(3, 1), bits=bits, samples=samples, numbers=numbers, **given)


def values(row: bytes, found: Layout, width: int = 3) -> list[Any]:
    taken: list[Any] = samples_of(numpy.frombuffer(row, numpy.uint8)[None], found, width).ravel().tolist()
    return taken


@pytest.mark.parametrize(
    ("bits", "row", "expected"),
    [
        (1, b"\xa0", [1, 0, 1]),
        (2, b"\x1b", [0, 1, 2]),
        (4, b"\x12\x30", [1, 2, 3]),
        (6, b"\x04\x20\xc0", [1, 2, 3]),
        (12, b"\0\x1f\xff\x12\x30", [1, 0xFFF, 0x123]),
        (24, b"\x01\0\0\0\0\x80\xff\xff\xff", [1, 0x800000, 0xFFFFFF]),
    ],
)
def test_numbers_may_have_any_count_of_bits(bits: int, row: bytes, expected: list[int]) -> None:
    assert values(row, layout(bits)) == expected


@pytest.mark.parametrize("kind", ["u1", "u2", "u4", "u8", "i1", "i2", "i4", "i8", "f2", "f4", "f8"])
def test_numbers_of_whole_bytes_are_those_of_the_machine(kind: str) -> None:
    numbers = {"u": Numbers.UNSIGNED, "i": Numbers.SIGNED, "f": Numbers.FLOAT}[kind[0]]
    row = numpy.array([1, 2, 3], kind)

    assert values(row.tobytes(), layout(row.itemsize * 8, numbers=numbers)) == [1, 2, 3]


def test_of_other_numbers_with_a_sign_those_below_zero_are_none() -> None:
    assert values(b"\x7f\xf8\0\0\x10", layout(12, numbers=Numbers.SIGNED)) == [0x7FF, 0, 1]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (layout(1, 3), 4),
        (layout(12, 3), 45),
        (layout(16, 4, in_planes=True), 20),
        (layout(8, 3, subsampling=(4, 2)), 30),
    ],
)
def test_a_row_ends_with_a_byte(found: Layout, expected: int) -> None:
    assert row_bytes(found, 10) == expected


def test_blocks_stay_together() -> None:
    row = numpy.arange(12, dtype=numpy.uint8)[None]

    taken = samples_of(row, layout(8, 3, subsampling=(2, 2)), 4)

    assert taken.shape == (1, 2, 6)
