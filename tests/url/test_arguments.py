import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.geometry import GravityType
from imgsvc.url.arguments import (
    ABOVE_ZERO,
    ANGLE,
    BOOLEAN,
    CHANNEL,
    COLOR,
    ENCODED_TEXT,
    FORMAT,
    FRACTION,
    INTEGER,
    MEGAPIXELS,
    NATURAL,
    NOT_NEGATIVE,
    NUMBER,
    POSITIVE,
    QUALITY,
    RESIZING_TYPE,
    Argument,
    decoded_base64,
    gravity_type,
)
from tests.strategies import colors, formats

KINDS = [
    ABOVE_ZERO, ANGLE, BOOLEAN, CHANNEL, COLOR, ENCODED_TEXT, FORMAT, FRACTION, INTEGER, MEGAPIXELS, NATURAL,
    NOT_NEGATIVE, NUMBER, POSITIVE, QUALITY, RESIZING_TYPE, gravity_type(*GravityType),
]  # fmt: skip


@given(kind=st.sampled_from(KINDS), text=st.text(st.characters()) | st.from_regex(r"[+-]?[0-9a-fxp.e]{0,12}"))
def test_any_text_is_read_or_a_value_error(kind: Argument[Any], text: str) -> None:
    with suppress(ValueError):
        assert kind.read(text) is not None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_finite_number_is_read_as_it_was_written(number: float) -> None:
    assert NUMBER.read(NUMBER.write(number)) == number


@given(st.integers(-(2**63), 2**63 - 1))
def test_every_integer_of_64_bits_is_read_as_it_was_written(number: int) -> None:
    assert INTEGER.read(INTEGER.write(number)) == number


@given(colors, formats, st.text())
def test_words_are_read_as_they_were_written(color: Any, format_: Any, text: str) -> None:
    assert COLOR.read(COLOR.write(color)) == color
    assert FORMAT.read(FORMAT.write(format_)) is format_
    assert ENCODED_TEXT.read(ENCODED_TEXT.write(text)) == text


@pytest.mark.parametrize("text", ["nan", "NaN", "inf", "-Inf", "infinity", "1e999", "-0x1p9999", "1_0", "", "0x1", "."])
def test_what_is_no_finite_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not a number"):
        NUMBER.read(text)


@pytest.mark.parametrize(("text", "number"), [("-0x1.8p-1", -0.75), ("+.5E1", 5.0), ("1.", 1.0), ("1e-999", 0.0)])
def test_numbers_are_spelled_as_in_go(text: str, number: float) -> None:
    assert NUMBER.read(text) == number


@pytest.mark.parametrize("text", ["9" * 5000, "-" + "9" * 5000, "9223372036854775808"])
def test_an_integer_beyond_64_bits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an integer of 64 bits"):
        INTEGER.read(text)


@pytest.mark.parametrize(("text", "angle"), [("-90", 270), ("810", 90), ("0", 0), ("-720", 0)])
def test_angles_are_brought_to_one_turn(text: str, angle: int) -> None:
    assert ANGLE.read(text) == angle


@pytest.mark.parametrize("pixels", [0, 1, 123, 999_999, 20_500_000, 1_000_000_007])
def test_pixels_are_written_as_megapixels_that_give_them_back(pixels: int) -> None:
    assert MEGAPIXELS.read(MEGAPIXELS.write(pixels)) == pixels


def test_whole_numbers_are_written_without_a_point() -> None:
    assert [NUMBER.write(number) for number in (2.0, 0.5, -3.0)] == ["2", "0.5", "-3"]


def test_infinity_is_written_so_that_it_is_refused() -> None:
    with pytest.raises(ValueError, match="'inf' is not a number"):
        NUMBER.read(NUMBER.write(math.inf))


@pytest.mark.parametrize(
    ("text", "decoded"),
    [
        pytest.param("w6k", "é", id="not padded"),
        pytest.param("w6k=", "é", id="padded"),
        pytest.param("w6k==", "é", id="padded too much"),
        pytest.param("w6l", "é", id="spare bits that are set"),
        pytest.param("w\r\n6k", "é", id="line ends"),
        pytest.param("_-E", "%FF%E1", id="bytes that are no UTF-8"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_base64_is_read_as_go_reads_it(text: str, decoded: str) -> None:
    assert decoded_base64(text) == decoded


@pytest.mark.parametrize("text", ["a", "aaaaa", "a+b=", "a/b", "é", "a=a", "aa aa"])
def test_what_is_no_base64_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not URL-safe base64"):
        decoded_base64(text)
