import pytest
from PIL import Image

from imgsvc.options.color import Color
from imgsvc.options.processing import Trim
from imgsvc.transforms.trim import trim_box
from tests.images import RED, WHITE, framed, noise, solid


def test_a_border_of_one_color_is_cut_off() -> None:
    assert trim_box(framed(20, 12, 3), Trim(10)) == (3, 3, 17, 9)


def test_trim_is_off_without_a_threshold() -> None:
    assert trim_box(framed(), Trim()) is None


def test_a_uniform_image_is_left_whole() -> None:
    assert trim_box(solid(), Trim(10)) is None


def test_an_image_without_a_border_is_left_whole() -> None:
    assert trim_box(noise(), Trim(10)) is None


@pytest.mark.parametrize(
    ("color", "box"), [(Color(*WHITE), (3, 3, 17, 9)), (Color(*RED), None), (Color(0, 0, 255), None)]
)
def test_the_border_may_be_named(color: Color, box: object) -> None:
    assert trim_box(framed(20, 12, 3), Trim(10, color)) == box


@pytest.mark.parametrize(("threshold", "found"), [(54, True), (55, False)])
def test_a_difference_must_exceed_the_threshold(threshold: float, found: bool) -> None:
    image = framed(20, 12, 3, inner=(255, 255, 200))

    assert (trim_box(image, Trim(threshold)) is not None) is found


def test_a_single_pixel_is_noise() -> None:
    image = framed(20, 12, 3)
    image.putpixel((1, 6), (0, 0, 0))

    assert trim_box(image, Trim(10)) == (3, 3, 17, 9)


def off_center() -> Image.Image:
    """Edges of 2, 3, 6 and 5 pixels: left, top, right, bottom."""
    image = solid(20, 20, WHITE)
    image.paste(RED, (2, 3, 14, 15))
    return image


@pytest.mark.parametrize(
    ("hor", "ver", "box"),
    [
        (False, False, (2, 3, 14, 15)),
        (True, False, (2, 3, 18, 15)),
        (False, True, (2, 3, 14, 17)),
        (True, True, (2, 3, 18, 17)),
    ],
)
def test_opposite_edges_may_lose_alike(hor: bool, ver: bool, box: object) -> None:
    assert trim_box(off_center(), Trim(10, None, hor, ver)) == box


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_is_one_color_whatever_it_hides(mode: str) -> None:
    image = noise(20, 12, "L").convert(mode)
    image.putalpha(0)
    image.paste(solid(14, 6, 255, "L").convert(mode), (3, 3))

    assert trim_box(image, Trim(10)) == (3, 3, 17, 9)


def test_a_gray_image_is_trimmed_by_a_named_color() -> None:
    assert trim_box(framed(20, 12, 3, inner=(0, 0, 0)).convert("L"), Trim(10, Color(*WHITE))) == (3, 3, 17, 9)


@pytest.mark.parametrize("threshold", [-1.0, -1e308])
def test_a_threshold_below_zero_is_the_usual_one(threshold: float) -> None:
    image = framed(outer=(200, 200, 200))
    image.paste((209, 200, 200), (0, 0, 20, 3))

    assert trim_box(image, Trim(threshold)) == trim_box(image, Trim(10)) != trim_box(image, Trim(5))


def test_no_difference_exceeds_a_huge_threshold() -> None:
    assert trim_box(framed(), Trim(1e308)) is None
