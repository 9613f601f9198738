import pytest

from imgsvc.codecs.svg.decoder import open_drawing
from imgsvc.codecs.svg.preparing.strokes import FINER, fineness, thinnest
from imgsvc.codecs.svg.xml_tree import parse
from imgsvc.options.geometry import Size
from tests.images import svg

RECT = '<rect x="1.5" y="1.5" width="6" height="6" fill="none"'


@pytest.mark.parametrize(
    ("content", "scale", "is_thin"),
    [
        ('<path stroke="red"/>', 1, True),
        ('<path stroke="red"/>', 1.1, False),
        ('<path stroke="red" stroke-width="2px"/>', 0.5, True),
        ('<g stroke-width="2"><path stroke="red"/></g>', 1, False),
        ('<path stroke="red" stroke-width="inherit"/>', 1, True),
        ('<path stroke="red" stroke-width="4"/><path stroke-width="1"/>', 1, True),
        ('<path stroke-width="1"/>', 1, False),
        ("<path/>", 0.1, False),
    ],
)
def test_a_stroke_is_thin_that_comes_to_a_pixel_or_less(content: str, scale: float, is_thin: bool) -> None:
    width = thinnest(list(parse(svg(8, 8, content)).walk()))

    assert fineness(width, 64, scale) == (FINER if is_thin else 1)


def test_what_is_large_is_drawn_as_it_is() -> None:
    assert fineness(1, 129 * 128, 1) == 1


@pytest.mark.parametrize(("width", "side", "corner", "alpha"), [(1, 10, (1, 1), 255), (2, 5, (0, 0), 143)])
def test_a_thin_stroke_has_its_corners(width: int, side: int, corner: tuple[int, int], alpha: int) -> None:
    drawing = open_drawing(svg(10, 10, f'{RECT} stroke="#000" stroke-width="{width}"/>'))

    assert drawing.draw(Size(side, side)).getchannel("A").getpixel(corner) == pytest.approx(alpha, abs=2)


def test_a_style_sheet_makes_strokes_thin() -> None:
    drawing = open_drawing(svg(10, 10, f"<style>rect{{stroke:#000;stroke-width:1px}}</style>{RECT}/>"))

    assert drawing.draw().getpixel((1, 1)) == (0, 0, 0, 255)


def test_a_view_box_makes_strokes_thin() -> None:
    content = '<rect x="15" y="15" width="60" height="60" fill="none" stroke="#000" stroke-width="10"/>'
    drawing = open_drawing(svg(10, 10, content, 'viewBox="0 0 100 100"'))

    assert drawing.draw().getpixel((1, 1)) == (0, 0, 0, 255)


def test_what_is_clear_beside_a_thin_stroke_darkens_nothing() -> None:
    drawing = open_drawing(svg(10, 10, f'{RECT} stroke="#fff" stroke-width=".5"/>'))

    assert drawing.draw().getpixel((4, 1))[:3] == (255, 255, 255)
