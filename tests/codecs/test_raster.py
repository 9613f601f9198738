import pytest
from PIL import Image

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.images import (
    FRAME_COLORS,
    animated,
    encoded,
    exif,
    fading,
    oriented,
    quadrants,
    swapped_profile,
)


@pytest.mark.parametrize("word", ["png", "webp", "tiff", "avif", "heic", "jxl", "ico"])
def test_the_header_tells_of_alpha(word: str) -> None:
    assert opened(encoded(fading(64, 32), word), word).header.has_alpha


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "gif", "tiff", "avif", "heic", "jxl", "bmp"])
def test_the_header_tells_of_no_alpha(word: str) -> None:
    assert not opened(encoded(quadrants(), word), word).header.has_alpha


@pytest.mark.parametrize("word", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_told_and_not_obeyed(orientation: int, word: str) -> None:
    header = opened(oriented(orientation, 40, 20, word), word).header

    assert header.orientation == orientation
    assert header.size == (Size(20, 40) if orientation >= 5 else Size(40, 20))


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_makes_no_sense_is_none(orientation: int) -> None:
    body = encoded(quadrants(), "jpeg", exif=exif(orientation))

    assert opened(body, "jpeg").header.orientation == 1


def assert_alike(image: Image.Image, color: tuple[int, ...]) -> None:
    pixel = image.convert("RGB").getpixel((9, 9))
    assert isinstance(pixel, tuple)
    assert max(abs(a - b) for a, b in zip(pixel, color, strict=True)) < 8


@pytest.mark.parametrize("word", ["gif", "webp", "avif"])
def test_an_animation_comes_frame_by_frame(word: str) -> None:
    found = opened(animated(3, word, width=32, height=32, delays_ms=[100, 200, 300]), word)

    picture = found.decode(DecodeRequest(max_frames=10))

    assert (found.header.frames, found.header.is_animated) == (3, True)
    assert picture.delays_ms == (100, 200, 300)
    for frame, color in zip(picture.frames, FRAME_COLORS, strict=False):
        assert_alike(frame, color)


@pytest.mark.parametrize("word", ["jpeg", "png", "webp", "tiff", "avif", "heic"])
def test_the_profile_is_told(word: str) -> None:
    body = encoded(quadrants(), word, icc_profile=swapped_profile())

    assert opened(body, word).header.profile == swapped_profile()
