"""Pixels between decoder and encoder."""

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.sniff import sniff
from imgsvc.imaging.decision import Rules, decide
from imgsvc.imaging.pixels import Watermark, decode, finish
from imgsvc.options.geometry import GravityType, Size
from imgsvc.options.processing import ProcessingOptions, Trim, WatermarkOptions
from imgsvc.runtime.scope import Scope
from imgsvc.security.limits import limits_for
from imgsvc.security.settings import LimitSettings
from imgsvc.transforms.planning.plan import Plan
from tests import images
from tests.renderers import scope

RULES = Rules()
BLACK = Watermark(images.solid(10, 10, (0, 0, 0, 255), "RGBA"))


def decoded(body: bytes, options: ProcessingOptions) -> tuple[Picture, tuple[Plan, ...]]:
    """The pixels of a file, and what is planned for them."""
    limits = limits_for(LimitSettings(max_animation_frames=9), options)
    opened = open_image(body, sniff(body), DecodeSettings())
    return decode(opened, decide(opened.header, options, limits, frozenset(), RULES), options, limits, RULES, Scope(60))


def finished(body: bytes, options: ProcessingOptions, watermark: Watermark | None = None) -> Picture:
    """The same, through all steps."""
    return finish(*decoded(body, options), options, (watermark,), scope())


def test_a_jpeg_is_decoded_at_the_scale_that_its_plan_needs() -> None:
    picture, (plan,) = decoded(images.encoded(images.quadrants(800, 400), "jpg"), ProcessingOptions(width=100))

    assert (picture.size, plan.result_size) == (Size(100, 50), Size(100, 50))


@pytest.mark.parametrize("size", [(799, 600), (800, 601), (801, 599)])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "P"])
def test_a_png_that_is_scaled_while_it_is_decoded_is_what_it_is_otherwise(mode: str, size: tuple[int, int]) -> None:
    body, options = (
        images.encoded(images.noise(*size, "RGBA" if "A" in mode else "RGB").convert(mode)),
        ProcessingOptions(width=70),
    )

    found, whole = finished(body, options), finished(images.encoded(images.opened(body), "tiff"), options)

    assert found.frames[0].tobytes() == whole.frames[0].convert(found.frames[0].mode).tobytes()


def test_a_trimmed_picture_is_planned_from_what_is_left() -> None:
    options = ProcessingOptions(width=20, trim=Trim(threshold=10.0))
    picture, (plan,) = decoded(images.encoded(images.framed(60, 40, 10)), options)

    assert (picture.size, plan.result_size) == (Size(40, 20), Size(20, 10))


def test_a_picture_of_one_color_has_no_border() -> None:
    picture, _ = decoded(images.encoded(images.solid(20, 10)), ProcessingOptions(trim=Trim(threshold=10.0)))

    assert picture.size == Size(20, 10)


def test_the_watermark_is_laid_over_every_frame() -> None:
    options = ProcessingOptions(watermark=WatermarkOptions(opacity=1.0, position=GravityType.NORTH_WEST))

    corners = [frame.convert("RGB").getpixel((1, 1)) for frame in finished(images.animated(3), options, BLACK).frames]
    assert corners == [(0, 0, 0)] * 3


def test_a_watermark_that_nobody_asks_for_is_not_there() -> None:
    picture = finished(images.encoded(images.solid(20, 10)), ProcessingOptions(), BLACK)

    assert picture.frames[0].convert("RGB").getpixel((10, 5)) == images.RED


def test_metadata_goes_unless_it_is_to_stay() -> None:
    body = images.encoded(images.solid(20, 10), "jpg", exif=images.exif(1, model="Camera"))

    kept = [
        b"Camera" in finished(body, ProcessingOptions(strip_metadata=strips)).metadata.exif for strips in (True, False)
    ]
    assert kept == [False, True]
