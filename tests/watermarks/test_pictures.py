from dataclasses import replace

import pytest
from PIL import Image

from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import BrokenSvgError, ResolutionError, UndecodableImageError, UnknownFormatError
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions, WatermarkOptions
from imgsvc.security.limits import Limits, limits_for
from imgsvc.security.settings import LimitSettings
from imgsvc.sources.source import Fetched
from imgsvc.watermarks.fetching import Mark
from imgsvc.watermarks.pictures import WatermarkPictures, decoded
from tests import images


def limits(pixels: int = 1_000_000) -> Limits:
    return limits_for(LimitSettings(max_src_resolution=pixels), ProcessingOptions())


def of(body: bytes, pixels: int = 1_000_000) -> Image.Image:
    return decoded(Fetched(200, {}, body), "/mark", DecodeSettings(), limits(pixels))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_a_mark_of_any_mode_becomes_one_that_is_laid_over(mode: str) -> None:
    word = "tiff" if mode in ("CMYK", "I;16") else "png"

    assert of(images.encoded(images.solid(8, 8, 0, mode), word)).mode in {"L", "LA", "RGB", "RGBA"}


def test_exif_is_obeyed() -> None:
    body = images.oriented(6, 40, 20)

    assert (images.opened(body).size, of(body).size) == ((20, 40), (40, 20))


def test_of_an_animation_the_first_frame_is_laid_over() -> None:
    body = images.animated(3)

    assert of(body).size == images.opened(body).size


def test_a_drawing_is_drawn_no_larger_than_a_source_may_be() -> None:
    found = of(images.svg(4000, 1000, "<rect width='4000' height='1000'/>"), 10_000)

    assert found.width * found.height <= 10_000
    assert found.width == pytest.approx(4 * found.height, rel=0.05)


def test_a_mark_is_held_to_the_limits_of_a_source() -> None:
    with pytest.raises(ResolutionError):
        of(images.encoded(images.solid(200, 200)), 10_000)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"text", UnknownFormatError),
        (images.encoded(images.solid(8, 8))[:40], UndecodableImageError),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>", BrokenSvgError),
    ],
)
def test_what_is_no_picture_is_an_error(body: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        of(body)


def test_a_mark_is_decoded_once() -> None:
    pictures, mark = WatermarkPictures(), Mark.of(Fetched(200, {}, images.encoded(images.solid(8, 8))))

    first, second = (pictures.decoded(mark, "/a", DecodeSettings(), limits()) for _ in range(2))
    assert first is second


def test_but_never_under_limits_that_it_was_not_held_to() -> None:
    pictures, mark = WatermarkPictures(), Mark.of(Fetched(200, {}, images.encoded(images.solid(80, 80))))
    pictures.decoded(mark, "/a", DecodeSettings(), limits())

    with pytest.raises(ResolutionError):
        pictures.decoded(mark, "/a", DecodeSettings(), limits(1000))


def test_a_text_is_drawn_once() -> None:
    pictures = WatermarkPictures()

    assert pictures.drawn("Hi", DecodeSettings(), limits()) is pictures.drawn("Hi", DecodeSettings(), limits())
    assert pictures.drawn("Ho", DecodeSettings(), limits()).getbbox()


TURNED = WatermarkOptions(opacity=0.5, scale=0.5, rotate=30)


def test_how_a_mark_is_laid_is_worked_out_once() -> None:
    pictures, mark = WatermarkPictures(), images.solid(8, 8)

    first, second = (pictures.layer(Size(40, 20), mark, TURNED) for _ in range(2))

    assert first is second


@pytest.mark.parametrize(
    ("size", "options", "how"),
    [
        (Size(20, 40), TURNED, {}),
        (Size(40, 20), replace(TURNED, rotate=31), {}),
        (Size(40, 20), TURNED, {"opacity": 0.5}),
        (Size(40, 20), TURNED, {"dpr": 2.0}),
    ],
)
def test_for_each_picture_that_is_another_way(size: Size, options: WatermarkOptions, how: dict[str, float]) -> None:
    pictures, mark = WatermarkPictures(), images.solid(8, 8)

    first = pictures.layer(Size(40, 20), mark, TURNED)

    assert pictures.layer(size, mark, options, **how) is not first


def test_each_mark_is_laid_as_it_is_whatever_image_was_there_before() -> None:
    pictures, colors = WatermarkPictures(), []
    for red in range(0, 250, 10):
        laid = pictures.layer(Size(40, 20), images.solid(8, 8, (red, 0, 0)), WatermarkOptions(opacity=1.0))
        colors.append(laid.image.getpixel((4, 4))[0] if laid else None)

    assert colors == list(range(0, 250, 10))


def test_a_layer_that_is_too_large_is_not_kept() -> None:
    pictures, mark = WatermarkPictures(), images.solid(8, 8)
    large = Size(3000, 3000)

    first, second = (pictures.layer(large, mark, WatermarkOptions(opacity=1.0, scale=1.0)) for _ in range(2))

    assert first is not second
