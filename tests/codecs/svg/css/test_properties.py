import pytest

from imgsvc.codecs.svg.css.properties import is_same, read


@pytest.mark.parametrize(
    ("name", "value", "result"),
    [
        ("fill", "hsl(0 100% 50%)", "#ff0000"),
        ("fill", "none", "none"),
        ("fill", "url( '#a' ) RED", "url(#a) #ff0000"),
        ("fill", "url(other.svg#a) red", "#ff0000"),
        ("fill", "url(other.svg#a)", "none"),
        ("fill", "red icc-color(x, 1)", "#ff0000"),
        ("opacity", "150%", "1"),
        ("stroke-width", "1Q", "0.94488189"),
        ("stroke-dasharray", "1px 2 , 3", "1, 2, 3"),
        ("stroke-dasharray", "none", "none"),
        ("clip-path", 'url("#a")', "url(#a)"),
        ("mask", "url(#a) luminance", "url(#a)"),
        ("filter", "url(#a) blur(2px)", "url(#a) blur(2px)"),
        ("color-interpolation-filters", "srgb", "sRGB"),
        ("text-decoration", "underline wavy red", "underline"),
        ("fill-rule", "EVENODD", "evenodd"),
        ("font-weight", "640", "600"),
        ("width", "60px", "60"),
        ("width", "auto", None),
        ("d", "path('M0 0')", "M0 0"),
        ("fill", "inherit", None),
        ("opacity", "inherit", "inherit"),
        ("stroke", "initial", "none"),
        ("opacity", "unset", None),
        ("transform", "none", None),
    ],
)
def test_a_value_is_what_the_drawing_program_knows(name: str, value: str, result: str | None) -> None:
    assert read(name, value) == {name: result}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("fill", "notacolor"),
        ("fill", ""),
        ("stroke-width", "-1"),
        ("opacity", "a"),
        ("fill-rule", "both"),
        ("width", "60"),
        ("clip-path", "nonsense(3px)"),
        ("d", "M0 0"),
        ("stroke-dasharray", "1 x"),
    ],
)
def test_what_is_no_value_of_it_is_none(name: str, value: str) -> None:
    assert read(name, value) is None


def test_a_shorthand_is_several_attributes() -> None:
    assert read("marker", "url(#a)") == dict.fromkeys(("marker-start", "marker-mid", "marker-end"), "url(#a)")


def test_a_property_that_nobody_draws_by_is_nothing() -> None:
    assert read("-inkscape-font-specification", "x") == {}


@pytest.mark.parametrize(
    ("name", "value", "same"),
    [
        ("fill", "#abc", True),
        ("fill", "rgb(1,2,3)", True),
        ("fill", "red", False),
        ("stroke-width", "2.5px", True),
        ("stroke-width", "-1", False),
        ("stroke-width", "1Q", False),
        ("opacity", "1", True),
        ("opacity", "150%", False),
    ],
)
def test_what_the_drawing_program_knows_is_not_read(name: str, value: str, same: bool) -> None:
    assert is_same(name, value) == same
