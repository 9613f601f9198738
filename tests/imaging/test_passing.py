from gzip import compress

import pytest

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.imaging.passing import passed_on
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions

DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg"><!-- a --><script>1</script><rect  width="1"/></svg>'


def test_what_is_no_drawing_stays_as_it_is() -> None:
    passed = passed_on(b"any bytes", Format.JPEG, ProcessingOptions(style="rect{}"), DecodeSettings())

    assert (passed.body, passed.format) == (b"any bytes", Format.JPEG)


@pytest.mark.parametrize("body", [DRAWING, compress(DRAWING)], ids=["plain", "gzip"])
def test_a_drawing_loses_what_could_harm(body: bytes) -> None:
    assert b"script" not in passed_on(body, Format.SVG, ProcessingOptions(), DecodeSettings()).body


def test_a_drawing_gets_the_style_that_is_asked_for() -> None:
    passed = passed_on(DRAWING, Format.SVG, ProcessingOptions(style="rect{fill:red}"), DecodeSettings())

    assert b"fill:red" in passed.body


def test_a_drawing_is_made_smaller_where_the_setting_says_so() -> None:
    passed = passed_on(DRAWING, Format.SVG, ProcessingOptions(), DecodeSettings(minify_svg=True))

    assert b"<!--" not in passed.body
