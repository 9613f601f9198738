import pytest

from imgsvc.codecs.svg.preparing.unscaled import Strokes
from imgsvc.codecs.svg.xml_tree import Element


def kept(transform: str, view_box: str = "", **lengths: str) -> dict[str, str]:
    attributes = {name.replace("_", "-"): value for name, value in lengths.items()}
    return Strokes.at_root(100, 100, view_box).inside(Element("path", {"transform": transform, **attributes})).kept()


@pytest.mark.parametrize(
    ("transform", "width"),
    [
        ("scale(3)", "0.33333333"),
        ("rotate(30) scale(2) translate(5 5)", "0.5"),
        ("matrix(2 0 0 2 0 0)", "0.5"),
        ("scale(1 4)", "0.5"),
        ("translate(3)", "1"),
    ],
)
def test_a_width_is_divided_by_what_scales_it(transform: str, width: str) -> None:
    assert kept(transform) == {"stroke-width": width}


def test_a_view_box_scales_too_and_lengths_are_inherited() -> None:
    outside = Strokes.at_root(100, 200, "0 0 50 50").inside(
        Element("g", {"stroke-width": "4", "stroke-dasharray": "2 6"})
    )

    assert outside.inside(Element("path")).kept() == {"stroke-width": "2", "stroke-dasharray": "1 3"}


def test_what_is_scaled_to_nothing_stays_as_it_is() -> None:
    assert kept("scale(0)") == {}
