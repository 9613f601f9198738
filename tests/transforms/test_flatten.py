import pytest

from imgsvc.options.color import WHITE, Color
from imgsvc.options.formats import Format
from imgsvc.transforms.flatten import flatten, on_color
from tests.images import quadrants, solid
from tests.transforms.planned import plan_for

HALF = (200, 0, 0, 128)


def test_what_is_half_transparent_shows_half_of_the_background() -> None:
    image = on_color(solid(color=HALF, mode="RGBA"), WHITE)

    assert image.getpixel((0, 0)) == pytest.approx((227, 127, 127), abs=1)


@pytest.mark.parametrize(("background", "mode"), [(Color(9, 9, 9), "L"), (Color(9, 9, 8), "RGB")])
def test_gray_stays_gray_on_gray_only(background: Color, mode: str) -> None:
    assert on_color(solid(color=(50, 0), mode="LA"), background).mode == mode


def test_a_format_without_alpha_gets_none() -> None:
    plan = plan_for((8, 8), result_format=Format.JPEG)

    assert flatten(solid(color=HALF, mode="RGBA"), plan).mode == "RGB"


def test_without_a_background_transparency_stays() -> None:
    image = solid(color=HALF, mode="RGBA")

    assert flatten(image, plan_for((8, 8))) is image


def test_an_opaque_image_is_given_back() -> None:
    image = quadrants()

    assert flatten(image, plan_for(image.size, background=WHITE)) is image
