import pytest
import tinycss2

from imgsvc.codecs.svg.css.values.lengths import degrees, length, number, pixels, written


def token(text: str) -> tinycss2.ast.Node:
    return tinycss2.parse_one_component_value(text)


@pytest.mark.parametrize(
    ("text", "written_as"),
    [
        ("3", "3"),
        ("3px", "3"),
        ("1in", "96"),
        ("4Q", "3.7795276"),
        ("2rem", "32"),
        ("2em", "2em"),
        ("50%", "50%"),
        ("calc(1px + 2 * 3px)", "7"),
        ("calc((10px - 4px) / 2)", "3"),
        ("calc(1px / 0)", None),
        ("calc(1px +)", None),
        ("3vw", None),
        ("red", None),
    ],
)
def test_a_length_is_in_units_that_are_known(text: str, written_as: str | None) -> None:
    assert length(token(text)) == written_as


def test_where_css_wants_a_unit_a_number_alone_is_none_but_zero() -> None:
    assert [length(token(text), needs_unit=True) for text in ("3", "0", "3px")] == [None, "0", "3"]


def test_angles_are_degrees_and_shares_are_of_one() -> None:
    assert [degrees(token(text)) for text in ("90", "0.25turn", "100grad", "x")] == [90, 90, 90, None]
    assert [number(token(text)) for text in ("0.5", "50%", "x")] == [0.5, 0.5, None]


def test_a_number_has_as_few_digits_as_say_it() -> None:
    assert [written(value) for value in (1.0, 0.5, 1e300)] == ["1", "0.5", "0"]
    assert pixels(token("2px")) == 2
