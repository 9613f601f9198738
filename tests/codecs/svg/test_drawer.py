import pytest

from imgsvc.codecs.svg.drawer import Kind, drawn
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.runtime.child import ChildError


def root(content: Element) -> Element:
    return Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": "40", "height": "20"}, [content])


TEXT = Element("text", {"x": "2", "y": "15", "font-family": "DejaVu Sans"}, ["Hi"])


def test_without_fonts_no_text_is_drawn() -> None:
    assert drawn(root(TEXT), Kind.WITHOUT_FONTS, 5).getbbox() is None


@pytest.mark.parametrize("kind", [Kind.WITH_GENERIC_FONTS, Kind.WITH_NAMED_FONTS])
def test_with_fonts_text_is_drawn_as_often_as_it_is_asked_for(kind: Kind) -> None:
    first, second = drawn(root(TEXT), kind, 5), drawn(root(TEXT), kind, 5)

    assert first.getbbox()
    assert first.tobytes() == second.tobytes()


def test_what_is_no_drawing_is_an_error() -> None:
    with pytest.raises(ChildError):
        drawn(Element("b"), Kind.WITHOUT_FONTS, 5)
