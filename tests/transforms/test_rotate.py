import pytest
from PIL import Image, ImageOps

from imgsvc.transforms.rotate import rotate
from tests.images import BLUE, GREEN, RED, WHITE, exif, opened, oriented, quadrants
from tests.transforms.planned import plan_for, transformed


def corners(image: Image.Image) -> list[object]:
    right, bottom = image.width - 1, image.height - 1
    return [image.getpixel(xy) for xy in ((0, 0), (right, 0), (0, bottom), (right, bottom))]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_comes_out_upright(orientation: int) -> None:
    stored = opened(oriented(orientation, word="png"))

    assert corners(transformed(stored, orientation=orientation)) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_means_what_it_means_to_pillow(orientation: int) -> None:
    image = quadrants(7, 5)
    image.info["exif"] = exif(orientation)
    image._exif = None  # type: ignore[attr-defined]

    expected = ImageOps.exif_transpose(image)

    assert transformed(quadrants(7, 5), orientation=orientation).tobytes() == expected.tobytes()


def test_rotation_is_clockwise() -> None:
    assert corners(transformed(quadrants(), rotate=90)) == [BLUE, RED, WHITE, GREEN]


def test_a_flip_follows_the_rotation() -> None:
    assert corners(transformed(quadrants(), rotate=90, flip_horizontal=True)) == [RED, BLUE, GREEN, WHITE]


def test_a_vertical_flip_puts_the_bottom_on_top() -> None:
    assert corners(transformed(quadrants(), flip_vertical=True)) == [BLUE, WHITE, RED, GREEN]


def test_an_upright_image_is_given_back() -> None:
    image = quadrants()

    assert rotate(image, plan_for(image.size)) is image
