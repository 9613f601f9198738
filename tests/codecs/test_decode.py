import subprocess
import sys

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import BrokenImageError, BrokenSvgError, ImageError, UndecodableImageError, UnknownFormatError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.files import frame_of, opened
from tests.codecs.headers import giants
from tests.codecs.pdf.files import pdf
from tests.images import (
    RED,
    WHITE,
    encoded,
    noise,
    quadrants,
    svg,
)

LOSSLESS = ("png", "gif", "bmp", "tiff")
LOSSY = ("jpeg", "webp", "avif", "heic", "jxl")
DEFAULTS = DecodeSettings()
HUGE = Extent(1 << 62)


def corners(image: Image.Image) -> list[object]:
    """Pixels well inside the four quadrants."""
    rgb = image.convert("RGB")
    return [rgb.getpixel((x, y)) for y in (3, rgb.height - 4) for x in (3, rgb.width - 4)]


@pytest.mark.parametrize("word", LOSSLESS)
def test_pixels_come_out_as_they_went_in(word: str) -> None:
    picture = opened(encoded(quadrants(), word), word).decode()

    assert corners(picture.frames[0]) == [RED, (0, 255, 0), (0, 0, 255), WHITE]


@pytest.mark.parametrize("word", LOSSY)
def test_lossy_pixels_come_out_nearly_as_they_went_in(word: str) -> None:
    source = quadrants(128, 96)

    picture = opened(encoded(source, word, quality=95), word).decode()

    difference = numpy.asarray(picture.frames[0].convert("RGB"), int) - numpy.asarray(source, int)
    assert abs(difference).mean() < 5


@pytest.mark.parametrize("word", LOSSLESS + LOSSY)
def test_the_header_tells_the_size_of_what_is_decoded(word: str) -> None:
    found = opened(encoded(quadrants(41, 23), word), word)

    assert found.header.size == found.decode().size == Size(41, 23)


@pytest.mark.parametrize("name", ["png: two headers", "tiff: two widths"])
def test_a_file_that_says_its_size_twice_is_not_opened(name: str) -> None:
    format_, made = giants.AMBIGUOUS[name]

    with pytest.raises(BrokenImageError):
        open_image(made(), format_, DEFAULTS)


def test_an_svg_is_drawn_at_the_size_that_is_asked_for() -> None:
    frame = opened(svg(40, 20), "svg").decode(DecodeRequest(size=Size(101, 37))).frames[0]

    assert (frame.mode, frame.size) == ("RGBA", (101, 37))


@pytest.mark.parametrize("word", ["webp", "jxl", "avif", "heic"])
def test_a_file_cut_short_is_broken(word: str) -> None:
    body = encoded(noise(), word)

    with pytest.raises(BrokenImageError):
        opened(body[: len(body) * 2 // 3], word).decode()


@pytest.mark.parametrize(("word", "rest"), [("jpeg", 128), ("png", 0)])
def test_of_a_jpeg_or_png_cut_short_there_is_what_came(word: str, rest: int) -> None:
    body = encoded(noise(mode="L"), word)

    frame = opened(body[: len(body) * 2 // 3], word).decode().frames[0]

    assert (frame.getextrema() != (rest, rest), frame.getpixel((63, 63))) == (True, rest)


def test_what_one_file_may_lack_the_next_may_not() -> None:
    opened(encoded(noise(), "png")[:2000], "png").decode()

    with pytest.raises(BrokenImageError):
        opened(encoded(noise(), "webp")[:2000], "webp").decode()


@pytest.mark.parametrize("format_", list(Format))
def test_nonsense_is_broken_whatever_it_claims_to_be(format_: Format) -> None:
    with pytest.raises(ImageError):
        open_image(b"nonsense" * 10, format_, DEFAULTS).decode()


def test_a_pdf_is_no_image_unless_the_settings_say_so() -> None:
    with pytest.raises(UnknownFormatError, match="ENABLE_PDF"):
        open_image(pdf(), Format.PDF, DEFAULTS)


def test_a_broken_svg_says_so() -> None:
    with pytest.raises(BrokenSvgError):
        open_image(b"<svg", Format.SVG, DEFAULTS)


def test_only_the_plugin_of_the_format_is_asked() -> None:
    with pytest.raises(BrokenImageError):
        opened(encoded(quadrants(), "png"), "jpeg")


def test_what_is_not_enabled_is_not_loaded() -> None:
    program = "import sys, imgsvc.app; print(*(name for name in sys.modules if '.pdf.d' in name or '.psd.' in name))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert loaded.split() == []


def test_no_plugin_is_loaded_that_is_not_used() -> None:
    """In a process of its own: the tests' own Image.open loads them all."""
    program = "import imgsvc.codecs.decode, imgsvc.codecs.encode; from PIL import Image; print(*sorted(Image.OPEN))"

    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert set(loaded.split()) <= {"AVIF", "BMP", "DIB", "GIF", "HEIF", "ICO", "JPEG", "JXL", "PNG", "TIFF", "WEBP"}


@pytest.mark.parametrize("word", ["webp", "avif", "heic", "jxl"])
def test_of_any_other_format_there_is_all_or_nothing(word: str) -> None:
    body = encoded(noise(), word)

    with pytest.raises(UndecodableImageError):
        opened(body[: len(body) * 2 // 3], word).decode()


@pytest.mark.parametrize("word", ["jpeg", "png", "gif"])
def test_what_is_whole_is_not_looked_at_twice(word: str) -> None:
    assert frame_of(encoded(quadrants(), word), word).getpixel((39, 19)) != (0, 0, 0)
