import pytest
import tinycss2

from imgsvc.codecs.svg.css.values.transforms import origin, transform


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("none", ""),
        ("translate(20px,1in)", "translate(20 96)"),
        ("translateY(3px) scale(2)", "translate(0 3) scale(2)"),
        ("rotate(0.25turn)", "rotate(90)"),
        ("rotate(45 10 10)", "rotate(45 10 10)"),
        ("scale(50%, 2)", "scale(0.5 2)"),
        ("skewX(10deg)", "skewX(10)"),
        ("matrix(1 0 0 1 5 6)", "matrix(1 0 0 1 5 6)"),
        ("translateZ(0) translateX(1px)", "translate(1)"),
        ("matrix3d(1,2,0,0,3,4,0,0,0,0,1,0,5,6,0,1)", "matrix(1 2 3 4 5 6)"),
        ("rotate()", None),
        ("rotate(x)", None),
        ("perspective(3px)", ""),
        ("red", None),
    ],
)
def test_a_transform_of_css_is_one_of_svg(text: str, result: str | None) -> None:
    assert transform(tinycss2.parse_component_value_list(text)) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [("10px 20px", "10 20"), ("center", "center"), ("50% 1in 3px", "50% 96"), ("nowhere", None), ("", None)],
)
def test_an_origin_is_two_lengths_or_sides(text: str, result: str | None) -> None:
    assert origin(tinycss2.parse_component_value_list(text)) == result
