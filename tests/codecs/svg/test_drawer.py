import os

import pytest

from imgsvc.codecs.svg.drawer import Kind, drawn, quietly
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.runtime.child import Child, ChildError


def root(content: Element) -> Element:
    return Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "width": "40", "height": "20"}, [content])


TEXT = Element("text", {"x": "2", "y": "15", "font-family": "DejaVu Sans"}, ["Hi"])


def test_without_fonts_no_text_is_drawn() -> None:
    assert drawn(root(TEXT), Kind.WITHOUT_FONTS, 5).frame.getbbox() is None


@pytest.mark.parametrize("kind", [Kind.WITH_GENERIC_FONTS, Kind.WITH_NAMED_FONTS])
def test_with_fonts_text_is_drawn_as_often_as_it_is_asked_for(kind: Kind) -> None:
    first, second = (drawn(root(TEXT), kind, 5).frame for _ in range(2))

    assert first.getbbox()
    assert first.tobytes() == second.tobytes()


def test_what_is_no_drawing_is_an_error() -> None:
    with pytest.raises(ChildError):
        drawn(Element("b"), Kind.WITHOUT_FONTS, 5)


class PanicException(BaseException):
    """What a panic of a wheel in Rust is in Python."""


def panicking(text: str) -> bytes:
    os.write(2, b"thread panicked")
    raise PanicException(f"assertion failed:\n{text}")


def test_a_panic_is_an_error_of_one_line_and_nothing_on_standard_error(capfd: pytest.CaptureFixture[str]) -> None:
    child = Child(lambda task: quietly(panicking, task.decode()))

    with pytest.raises(ChildError, match=r"^the drawing program gave up: assertion failed: a < b$"):
        child(b"a < b", 5)

    child.close()
    assert capfd.readouterr().err == ""
