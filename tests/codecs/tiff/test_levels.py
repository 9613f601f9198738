from typing import Any

import numpy
import pytest

from imgsvc.codecs.tiff.layout import Alpha, Layout, Numbers, Photometric
from imgsvc.codecs.tiff.levels import levels_of, white_of
from imgsvc.options.geometry import Size

WHITE_IS_ZERO, GRAY, RGB = Photometric.WHITE_IS_ZERO, Photometric.BLACK_IS_ZERO, Photometric.RGB
KINDS = {"u": Numbers.UNSIGNED, "i": Numbers.SIGNED, "f": Numbers.FLOAT}


def levels(values: list[float], kind: str, *, white: float = 1, bits: int = 0, **fields: Any) -> list[int]:
    """The levels of one pixel, whose samples are alpha behind the color if `fields` say that."""
    samples = numpy.array([[values]], kind)
    colors = len(values) - bool(fields.get("alpha"))
    given = {"photometric": RGB if colors == 3 else GRAY, **fields}
    found = Layout(
        size=Size(1, 1),
        bits=bits or samples.itemsize * 8,
        numbers=KINDS[kind[0]],
        samples=len(values),
        compression=1,
        colors=colors,
        **given,
    )
    result: list[int] = levels_of(samples, found, white=white).ravel().tolist()
    return result


@pytest.mark.parametrize(("kind", "bits"), [("u1", 8), ("u2", 16), ("u4", 32), ("u8", 64), ("u2", 12), ("u4", 24)])
def test_the_upper_bits_of_whole_numbers_are_their_level(kind: str, bits: int) -> None:
    most = (1 << bits) - 1

    assert levels([0, (most + 1) // 2, most], kind, bits=bits) == [0, 128, 255]


@pytest.mark.parametrize(("bits", "expected"), [(1, [0, 255, 255]), (2, [0, 85, 255]), (4, [0, 17, 255])])
def test_few_bits_are_spread_over_all_levels(bits: int, expected: list[int]) -> None:
    assert levels([0, 1, (1 << bits) - 1], "u1", bits=bits) == expected


@pytest.mark.parametrize("kind", ["i1", "i2", "i4", "i8"])
def test_what_is_below_zero_is_black(kind: str) -> None:
    info = numpy.iinfo(kind)

    assert levels([info.min, 0, info.max], kind) == [0, 0, 127]


@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_floats_are_light_and_get_the_curve_of_srgb(kind: str) -> None:
    assert levels([0, 0.2159, 1], kind) == pytest.approx([0, 128, 255], abs=1)


def test_what_is_brighter_than_white_is_white_and_what_is_no_number_black() -> None:
    assert levels([9, numpy.inf, numpy.nan], "f4") == [255, 255, 0]


def test_alpha_is_no_light() -> None:
    assert levels([1, 1, 1, 0.5], "f4", alpha=Alpha.UNASSOCIATED) == [255, 255, 255, 128]


def test_gray_floats_may_be_levels() -> None:
    assert levels([128], "f4", white=255) == [128]


@pytest.mark.parametrize(("values", "white"), [([0.2, 0.9, 9], 1), ([0, 0, 0], 1), ([0, 40, 255], 255)])
def test_gray_floats_are_levels_where_most_are_above_one(values: list[float], white: float) -> None:
    assert white_of([numpy.array(values)]) == white


@pytest.mark.parametrize(("value", "kind", "level"), [(0, "u2", 255), (0xFFFF, "u2", 0), (0.0, "f4", 255)])
def test_white_may_be_zero(value: float, kind: str, level: int) -> None:
    assert levels([value], kind, photometric=WHITE_IS_ZERO) == [level]


def test_alpha_is_no_white() -> None:
    assert levels([0, 99], "u1", photometric=WHITE_IS_ZERO, alpha=Alpha.UNASSOCIATED) == [255, 99]


@pytest.mark.parametrize(
    ("kind", "most", "expected"), [("u1", 255, 128), ("u2", 65535, 128), ("u4", 0xFFFFFFFF, 128), ("f4", 1, 188)]
)
def test_colors_are_divided_by_the_alpha_that_they_were_multiplied_with(kind: str, most: int, expected: int) -> None:
    quarter, half = (most / 4, most / 2) if kind == "f4" else (round(most / 4), round(most / 2))

    found = levels([quarter, 0, half, half], kind, alpha=Alpha.ASSOCIATED)

    assert found == pytest.approx([expected, 0, 255, 128], abs=1)


def test_what_is_transparent_has_no_color() -> None:
    assert levels([9, 9, 9, 0], "u2", alpha=Alpha.ASSOCIATED) == [0, 0, 0, 0]
