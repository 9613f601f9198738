import gzip
from pathlib import Path

import pytest
from PIL import Image

from imgsvc.codecs.picture import Compressed
from imgsvc.codecs.svg.decoder import open_drawing
from imgsvc.errors import BrokenSvgError
from imgsvc.options.geometry import Size
from tests.codecs.svg.preparing.test_embedded import url as data_url
from tests.images import BLUE, RED, encoded, solid, svg

XLINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def drawn(content: str, size: Size = Size(40, 20)) -> Image.Image:
    return open_drawing(svg(size.width, size.height, content, XLINK)).draw()


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        pytest.param('width="40" height="20"', (40, 20), id="pixels"),
        pytest.param('width="1in" height="2.54cm"', (96, 96), id="lengths"),
        pytest.param('width="3pt" height="2pc"', (4, 32), id="points"),
        pytest.param('width="40.5" height="0.2"', (41, 1), id="fractions"),
        pytest.param('viewBox="5 5 40 20"', (40, 20), id="view box"),
        pytest.param('width="100%" height="100%" viewBox="0,0,40,20"', (40, 20), id="relative"),
        pytest.param('width="80" viewBox="0 0 40 20"', (80, 40), id="width only"),
        pytest.param('height="5" viewBox="0 0 40 20"', (10, 5), id="height only"),
        pytest.param('width="80" height="80" viewBox="0 0 40 20"', (80, 80), id="both beat the view box"),
        pytest.param("", (300, 150), id="nothing"),
        pytest.param('width="40"', (40, 150), id="width alone"),
        pytest.param('width="100%" height="40"', (300, 40), id="height alone"),
        pytest.param('width="-3" height="1e999" viewBox="a b c d"', (300, 150), id="nonsense"),
    ],
)
def test_a_drawing_has_a_natural_size(attributes: str, size: tuple[int, int]) -> None:
    assert open_drawing(svg(None, None, "<g/>", attributes)).size == size


def test_it_is_drawn_where_it_says() -> None:
    image = drawn('<rect x="20" width="20" height="20" fill="#f00"/>')

    assert (image.getpixel((30, 10)), image.getpixel((10, 10))) == ((*RED, 255), (0, 0, 0, 0))


@pytest.mark.parametrize("size", [Size(40, 20), Size(400, 200), Size(7, 3), Size(20, 60)])
def test_it_fills_the_size_that_is_asked_for(size: Size) -> None:
    drawing = open_drawing(svg(40, 20, '<rect width="100%" height="100%" fill="#f00"/>'))

    image = drawing.draw(size)

    assert image.size == size
    assert image.getpixel((size.width - 1, size.height - 1)) == (*RED, 255)


def test_its_own_rules_of_aspect_ratio_hold() -> None:
    content = '<rect width="10" height="10" fill="#f00"/>'
    image = open_drawing(svg(40, 20, content, 'viewBox="0 0 10 10"')).draw(Size(80, 40))

    assert (image.getpixel((40, 20)), image.getpixel((5, 20))) == ((*RED, 255), (0, 0, 0, 0))


def test_an_embedded_image_is_drawn() -> None:
    image = drawn(f'<image width="40" height="20" href="{data_url(encoded(solid(4, 2, BLUE)))}"/>')

    assert image.getpixel((20, 10)) == (*BLUE, 255)


def test_no_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encoded(solid(4, 2, BLUE)))

    images = [drawn(f'<image width="40" height="20" href="{url}"/>') for url in (path, f"file://{path}")]

    assert [image.getextrema() for image in images] == [((0, 0),) * 4] * 2


@pytest.mark.parametrize("more", ["", "<text> </text>"], ids=["without text", "with text"])
@pytest.mark.parametrize(("width", "pixels"), [("1em", 16), ("12pt", 16), ("0.125in", 12)])
def test_lengths_are_of_a_font_of_16_at_96_dots_an_inch(width: str, pixels: int, more: str) -> None:
    image = drawn(f'<rect width="{width}" height="20" fill="red"/>{more}')

    assert image.getchannel("A").getbbox() == (0, 0, pixels, 20)


def test_text_is_drawn() -> None:
    assert drawn('<text y="15" font-size="16" font-family="sans-serif">Hxx</text>').getbbox() is not None


def test_a_shadow_is_drawn() -> None:
    image = drawn('<rect width="9" height="9" fill="#f00" style="filter: drop-shadow(20px 5px #00f)"/>')

    assert (image.getpixel((4, 4)), image.getpixel((24, 9))) == ((*RED, 255), (*BLUE, 255))


@pytest.mark.parametrize("more", ["", "<text> </text>"], ids=["without text", "with text"])
@pytest.mark.parametrize("step", ["Flood", "Turbulence", "Tile", "Merge", "Blend", "Composite", "DiffuseLighting"])
def test_a_filter_far_larger_than_the_picture_takes_no_more_memory(step: str, more: str) -> None:
    area = 'filterUnits="userSpaceOnUse" x="-200000" y="-200000" width="400000" height="400000"'
    content = f'<filter id="f" {area}><fe{step} in2="SourceAlpha"/></filter><rect filter="url(#f)"/>'

    # Of 640 GB there is no picture.
    assert drawn(content + more).size == (40, 20)


def test_a_drawing_of_too_much_work_is_broken() -> None:
    content = '<filter id="f"><feTurbulence numOctaves="9999999"/></filter><rect filter="url(#f)"/>'

    with pytest.raises(BrokenSvgError):
        drawn(content)


@pytest.mark.parametrize("unlimited", [True, False])
def test_a_document_over_ten_megabytes_is_read_only_on_request(unlimited: bool) -> None:
    text = svg(content="<g/>" + " " * 10_000_000)

    if unlimited:
        assert open_drawing(text, is_unlimited=True).size == Size(40, 20)
    else:
        with pytest.raises(BrokenSvgError):
            open_drawing(text)


def test_a_document_with_another_root_is_broken() -> None:
    with pytest.raises(BrokenSvgError):
        open_drawing(b"<html><svg/></html>")


def test_text_in_a_font_that_is_not_there_is_drawn_in_the_usual_one() -> None:
    wanted = drawn('<text y="15" font-size="16">Hxx</text>')

    assert drawn('<text y="15" font-size="16" font-family="No Such Font">Hxx</text>').tobytes() == wanted.tobytes()


def test_what_lies_behind_a_drawing_is_drawn() -> None:
    image = open_drawing(svg(40, 20, "<g/>", 'style="background: #f00 none" viewBox="5 5 4 2"')).draw()

    assert image.getextrema() == ((255, 255), (0, 0), (0, 0), (255, 255))


def test_a_root_is_transparent_once() -> None:
    image = open_drawing(svg(40, 20, '<rect width="40" height="20" fill="#f00"/>', 'opacity="0.5"')).draw()

    assert image.getpixel((20, 10)) == (*RED, 128)


def test_css_gives_it_a_size() -> None:
    assert open_drawing(svg(None, None, "<g/>", 'style="width:1in;height:20px"')).size == (96, 20)


def test_a_packed_document_is_drawn() -> None:
    assert open_drawing(gzip.compress(svg(40, 20))).size == (40, 20)


def test_a_drawing_is_the_same_whenever_it_is_drawn() -> None:
    content = (
        '<svg opacity="0.5"><path d="M0 9H20" stroke="red" stroke-width="8" vector-effect="non-scaling-stroke"/></svg>'
    )
    drawing = open_drawing(svg(20, 20, f'<g transform="scale(4)">{content}</g>'))

    assert drawing.draw(Size(30, 30)).tobytes() == drawing.draw(Size(30, 30)).tobytes()


@pytest.mark.parametrize(
    ("content", "size", "is_kept"),
    [
        pytest.param("<rect width='9' height='9'/>", Size(200, 200), True, id="an icon"),
        pytest.param("<rect width='9' height='9'/>", Size(201, 200), False, id="larger"),
        pytest.param("<path stroke='red'/>", Size(20, 20), False, id="drawn at twice its size"),
    ],
)
def test_the_png_of_an_icon_is_kept(content: str, size: Size, is_kept: bool) -> None:
    found = open_drawing(svg(20, 20, content)).drawn(size)

    assert isinstance(found, Compressed) is is_kept
