from imgsvc.options.color import Color
from imgsvc.options.processing import Padding
from imgsvc.transforms.padding import padding
from tests.images import RED, quadrants, solid
from tests.transforms.planned import plan_for, transformed


def test_each_edge_gets_its_own_padding() -> None:
    image = transformed(solid(10, 10), padding=Padding(1, 2, 3, 4))

    assert (image.size, image.getchannel("A").getbbox()) == ((16, 14), (4, 1, 14, 11))


def test_padding_obeys_dpr() -> None:
    assert transformed(solid(10, 10), padding=Padding(1, 1, 1, 1), dpr=2, enlarge=True).size == (24, 24)


def test_the_background_fills_the_padding() -> None:
    image = transformed(solid(10, 10), padding=Padding(2, 2, 2, 2), background=Color(1, 2, 3))

    assert (image.mode, image.getpixel((0, 0)), image.getpixel((5, 5))) == ("RGB", (1, 2, 3), RED)


def test_an_image_without_padding_is_given_back() -> None:
    image = quadrants()

    assert padding(image, plan_for(image.size)) is image
