import re

from imgsvc.options.color import Color
from imgsvc.options.color_names import NAMES


def test_each_name_is_a_color_of_six_digits() -> None:
    assert all(Color.from_hex(digits).hex() == digits for digits in NAMES.values())
    assert all(re.fullmatch("[a-z]+", name) for name in NAMES)


def test_there_are_those_of_css() -> None:
    assert (len(NAMES), NAMES["rebeccapurple"], NAMES["grey"]) == (148, "663399", "808080")
