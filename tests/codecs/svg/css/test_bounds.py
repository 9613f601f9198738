import pytest

from imgsvc.codecs.svg.css.bounds import MAX_RULES, MAX_SHEET_CHARACTERS, Characters, Sheets, Steps, check_nesting
from imgsvc.errors import BrokenSvgError


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a{}" * (MAX_RULES + 1), "rules"),
        (" " * (MAX_SHEET_CHARACTERS + 1), "characters"),
        ("a," * 20_001, "selectors"),
        (":not(" * 40, "brackets"),
    ],
)
def test_style_sheets_over_a_bound_are_refused_with_its_sentence(text: str, said: str) -> None:
    with pytest.raises(BrokenSvgError, match=said):
        Sheets().take(text)


def test_two_style_sheets_are_counted_together() -> None:
    sheets = Sheets()
    sheets.take(" " * (MAX_SHEET_CHARACTERS // 2 + 1))

    with pytest.raises(BrokenSvgError):
        sheets.take(" " * (MAX_SHEET_CHARACTERS // 2 + 1))


def test_style_sheets_up_to_the_bounds_are_read() -> None:
    Sheets().take("a{}" * MAX_RULES)


def test_brackets_side_by_side_are_not_nested() -> None:
    check_nesting("(a)" * 1000)


def test_steps_come_to_an_end() -> None:
    steps = Steps(2)
    steps.take(2)

    with pytest.raises(BrokenSvgError):
        steps.take()


def test_characters_come_to_an_end() -> None:
    characters = Characters(5)
    characters.take("abc")

    with pytest.raises(BrokenSvgError):
        characters.take("abc")
