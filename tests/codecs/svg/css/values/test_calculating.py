import pytest
import tinycss2

from imgsvc.codecs.svg.css.values.calculating import ABSOLUTE, Units, is_calculated, quantity

UNITS = Units(ABSOLUTE, whole=200.0, words={"h": 30.0})


def token(text: str) -> tinycss2.ast.Node:
    return tinycss2.parse_one_component_value(text)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("3", 3, ""),
        ("2pt", 8 / 3, "px"),
        ("0.5turn", 180, "deg"),
        ("calc(1px + 2 * 3px)", 7, "px"),
        ("calc(50% - 10px)", 90, "px"),
        ("calc(10% + 5%)", 15, "%"),
        ("calc((10px - 4px) / 2)", 3, "px"),
        ("calc(10px / 4px)", 2.5, ""),
        ("calc(h + 12)", 42, ""),
        ("min(3px, 50%, 1px)", 1, "px"),
        ("max(3, 5)", 5, ""),
        ("clamp(1px, 9px, 4px)", 4, "px"),
        ("round(33px, 10px)", 30, "px"),
        ("round(up, 31px, 10px)", 40, "px"),
        ("round(2.5)", 3, ""),
        ("mod(-1, 3)", 2, ""),
        ("rem(-1, 3)", -1, ""),
        ("abs(-2px)", 2, "px"),
        ("sign(-2px)", -1, ""),
        ("hypot(3px, 4px)", 5, "px"),
        ("pow(2, 3)", 8, ""),
        ("sqrt(9)", 3, ""),
        ("exp(0)", 1, ""),
        ("log(8, 2)", 3, ""),
        ("sin(30deg)", 0.5, ""),
        ("cos(0)", 1, ""),
        ("atan2(1px, 1px)", 45, "deg"),
        ("asin(1)", 90, "deg"),
        ("calc(1px * infinity)", 1e9, "px"),
        ("calc(1 * nan)", 0, ""),
        ("env(nothing, 3px)", 3, "px"),
        ("calc(2 * pi)", 6.283185307179586, ""),
    ],
)
def test_a_calculation_comes_to_a_number_with_its_unit(text: str, value: float, unit: str) -> None:
    found = quantity(token(text), UNITS)

    assert found is not None
    assert found.value == pytest.approx(value)
    assert found.unit == unit


@pytest.mark.parametrize(
    "text",
    [
        "red",
        "3vw",
        "calc()",
        "calc(1px + 1)",
        "calc(1px + 1deg)",
        "calc(1px * 1px)",
        "calc(1 / 1px)",
        "calc(1px / 0)",
        "calc(1px +)",
        "calc(1px 2px)",
        "calc(1 , 2)",
        "min()",
        "clamp(1, 2)",
        "pow(1px, 2)",
        "pow(10, 1000)",
        "sqrt(-1)",
        "sin(1px)",
        "round(1, 2, 3)",
        "env(nothing)",
        "nonsense(1)",
    ],
)
def test_what_is_not_valid_comes_to_nothing(text: str) -> None:
    assert quantity(token(text), UNITS) is None


def test_a_share_and_a_length_are_not_added_where_nobody_knows_the_whole() -> None:
    assert quantity(token("calc(50% + 1px)")) is None


def test_functions_are_known_by_their_names() -> None:
    assert [is_calculated(token(text)) for text in ("CALC(1)", "rgb(1)", "3")] == [True, False, False]
