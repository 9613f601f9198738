import pytest
from PIL import Image

from imgsvc.options.color import Color
from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.processing import Extend
from imgsvc.transforms.extend import extend, extend_aspect_ratio
from tests.images import RED, quadrants, solid
from tests.transforms.planned import plan_for, transformed


def test_what_is_added_is_transparent_black() -> None:
    image = transformed(solid(10, 10), width=20, height=10, extend=Extend(enabled=True))

    assert (image.mode, image.getpixel((0, 5)), image.getpixel((10, 5))) == ("RGBA", (0, 0, 0, 0), (*RED, 255))


def test_gravity_places_the_image_on_the_canvas() -> None:
    extended = Extend(True, Gravity(GravityType.SOUTH_EAST, 2, 3))

    image = transformed(solid(10, 10), width=30, height=20, extend=extended)

    assert image.getchannel("A").getbbox() == (18, 7, 28, 17)


def test_a_gray_image_stays_gray() -> None:
    assert transformed(solid(10, 10, 7, "L"), width=20, height=10, extend=Extend(enabled=True)).mode == "LA"


def test_only_the_aspect_ratio_of_the_request_is_kept() -> None:
    image = transformed(solid(10, 10), width=400, height=200, extend_aspect_ratio=Extend(enabled=True))

    assert image.size == (20, 10)


def test_gray_of_16_bits_lies_on_its_background_at_once() -> None:
    wishes = {"width": 20, "height": 10, "extend": Extend(enabled=True), "background": Color(9, 9, 9)}

    image = extend(Image.new("I;16", (10, 10), 5), plan_for((10, 10), **wishes))

    assert (image.mode, image.getpixel((0, 5)), image.getpixel((10, 5))) == ("I;16", 0x0909, 5)


@pytest.mark.parametrize("step", [extend, extend_aspect_ratio])
def test_an_image_that_does_not_grow_is_given_back(step: type) -> None:
    image = quadrants()

    assert step(image, plan_for(image.size)) is image
