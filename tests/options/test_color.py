import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.color import WHITE, Color

channel = st.integers(0, 255)


def test_three_digits_stand_for_six() -> None:
    assert Color.from_hex("fa0") == Color.from_hex("FFAA00") == Color(255, 170, 0)


@pytest.mark.parametrize("text", ["", "ff", "ffff", "fffffff", "ggg", "#fff", "fff\n", "\u0661\u0661\u0661"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="hex digits"):
        Color.from_hex(text)


@given(st.builds(Color, channel, channel, channel))
def test_what_is_written_is_read_back(color: Color) -> None:
    assert Color.from_hex(color.hex()) == color


def test_white_is_white() -> None:
    assert WHITE.hex() == "ffffff"
