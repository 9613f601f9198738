import pytest
import tinycss2

from imgsvc.codecs.svg.css.conditions import has_medium, is_supported

PAGE = (300.0, 150.0)


@pytest.mark.parametrize(
    ("query", "has"),
    [
        ("", True),
        ("screen", True),
        ("print", False),
        ("not print", True),
        ("only screen and (min-width: 200px)", True),
        ("screen and (min-width: 400px)", False),
        ("print, screen", True),
        ("(width >= 200px)", True),
        ("(200px < width <= 300px)", True),
        ("(10px > width)", False),
        ("(max-height: 10em)", True),
        ("(orientation: landscape)", True),
        ("(min-aspect-ratio: 3/1)", False),
        ("(min-resolution: 2dppx)", False),
        ("(prefers-color-scheme: dark)", False),
        ("(prefers-color-scheme: light) and (hover)", True),
        ("not (prefers-color-scheme: dark)", True),
        ("(min-width: 900px) or (min-height: 10px)", True),
        ("((width > 10px) and (not (color-gamut: p3)))", True),
        ("(width)", True),
        ("(prefers-reduced-motion)", False),
        ("(nonsense: 3)", False),
        ("not (nonsense: 3)", False),
        ("(width > 10px) and (width > 10px) or (width > 10px)", False),
        ("screen or print", False),
        ("(width >< 10px)", False),
    ],
)
def test_a_picture_is_a_light_screen_of_its_size(query: str, has: bool) -> None:
    assert has_medium(tinycss2.parse_component_value_list(query, skip_comments=True), PAGE) is has


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("(fill: red)", True),
        ("(fill: color(display-p3 1 0 0))", True),
        ("(fill: 3px)", False),
        ("(display: grid)", True),
        ("(position: sticky)", True),
        ("(nonsense: block)", False),
        ("not (nonsense: block)", True),
        ("(nonsense: 1) or (fill: red)", True),
        ("(nonsense: 1) and (fill: red)", False),
        ("((fill: red) and (not (nonsense: 1)))", True),
        ("(--own: 1)", True),
        ("selector(a > b)", True),
        ("selector(a:nonsense)", False),
        ("font-tech(color-COLRv1)", False),
        ("()", False),
        ("nonsense", False),
    ],
)
def test_what_is_drawn_is_supported(condition: str, holds: bool) -> None:
    assert is_supported(tinycss2.parse_component_value_list(condition, skip_comments=True)) is holds
