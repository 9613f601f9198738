import pytest

from imgsvc.codecs.svg.decoder import open_drawing
from imgsvc.codecs.svg.sanitizer import sanitize
from imgsvc.codecs.svg.styling import styled
from imgsvc.errors import BrokenSvgError
from tests.images import svg

RED = "* {fill: #f00 !important}"


def test_a_style_is_the_first_thing_in_the_document() -> None:
    assert styled(svg(content="<g/>"), RED).decode().endswith(f"><style>{RED}</style><g/></svg>")


def test_it_colors_what_is_drawn() -> None:
    data = styled(svg(40, 20, "<rect width='40' height='20' fill='#00f'/>"), RED)

    assert open_drawing(data).draw().getpixel((5, 5)) == (255, 0, 0, 255)


def test_it_is_text_whatever_is_in_it() -> None:
    data = styled(svg(), "</style><script>alert(1)</script>")

    assert b"<script>" not in data
    assert b"&lt;/style&gt;&lt;script&gt;" in sanitize(data)


def test_it_is_in_the_namespace_of_its_document() -> None:
    data = styled(b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>", RED)

    assert b"<s:style>" in data


def test_what_is_no_svg_is_left_to_whoever_says_so() -> None:
    assert styled(b"<html/>", RED) == b"<html/>"
    with pytest.raises(BrokenSvgError):
        styled(b"text", RED)
