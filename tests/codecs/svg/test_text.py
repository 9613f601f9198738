import pytest
from PIL import Image, ImageChops

from imgsvc.codecs.svg.text import draw_text
from imgsvc.errors import BrokenSvgError, ResolutionError
from imgsvc.options.markup import Run, runs


def drawn(markup: str, max_pixels: int = 1_000_000) -> Image.Image:
    return draw_text(runs(markup), max_pixels, 5)


def test_a_text_is_as_large_as_its_ink() -> None:
    image = drawn("Hx")

    assert image.getbbox() == (0, 0, *image.size)
    assert 10 <= image.height <= 14


def test_it_is_black_by_itself_and_nothing_is_behind_it() -> None:
    colors = {pixel[:3] for _, pixel in drawn("H").getcolors() if pixel[3]}

    assert colors == {(0, 0, 0)}
    assert drawn("o").getchannel("A").getextrema()[0] == 0


def test_markup_shows() -> None:
    plain, big, red = drawn("Hi"), drawn("<span size='32pt'>Hi</span>"), drawn("<span color='red'>Hi</span>")

    assert big.height == pytest.approx(2 * plain.height, abs=2)
    assert red.getchannel("R").getextrema() == (0, 255)
    assert drawn("<b>Hi</b>").width > plain.width


def test_a_line_end_begins_a_line_on_the_left() -> None:
    one, two = drawn("Hi"), drawn("Hi\nH")

    assert two.height == pytest.approx(one.height + 1.2 * 16, abs=1.5)
    assert two.crop((0, two.height - 10, 2, two.height)).getbbox()


@pytest.mark.parametrize("text", ["W" * 60, "\ufdfd" * 4 + "H", "\u0627\u0644\u0633\u0644\u0627\u0645" * 5])
def test_nothing_of_a_wide_text_is_cut_off(text: str) -> None:
    doubled = draw_text([Run(text), Run(text)], 1_000_000, 5)

    assert doubled.width > 1.8 * drawn(text).width


def test_a_text_is_not_read_as_anything_else() -> None:
    markup = "&lt;image href='file:///etc/passwd'/&gt;&lt;/text&gt;"
    image = drawn(markup)

    assert image.width > 300
    assert (
        ImageChops.difference(image, draw_text([Run("<image href='file:///etc/passwd'/></text>")], 10**6, 5)).getbbox()
        is None
    )


@pytest.mark.parametrize("text", ["", "   ", "\n\n"])
def test_a_text_of_nothing_is_one_clear_pixel(text: str) -> None:
    image = drawn(text)

    assert (image.size, image.getbbox()) == ((1, 1), None)


def test_an_unknown_font_is_replaced() -> None:
    assert drawn("<span face='No Such Font'>Hi</span>").tobytes() == drawn("Hi").tobytes()


def test_a_text_that_no_font_has_is_an_error_and_not_left_out() -> None:
    with pytest.raises(BrokenSvgError):
        drawn("\u200b")


def test_a_text_has_as_many_pixels_as_a_source_may_have() -> None:
    with pytest.raises(ResolutionError):
        drawn("Hi", max_pixels=100)
