import pytest

from imgsvc.transforms.filters.pixelate import pixelate
from tests.images import gradient, noise, quadrants, solid
from tests.transforms.planned import plan_for


def test_a_block_has_one_color() -> None:
    image = pixelate(noise(20, 20), plan_for((20, 20), pixelate=10))

    assert len(set(image.crop((10, 0, 20, 10)).get_flattened_data())) == 1


def test_a_block_is_the_mean_of_its_pixels() -> None:
    image = pixelate(quadrants(4, 4, "L"), plan_for((4, 4), pixelate=4))

    assert image.getpixel((0, 0)) == pytest.approx((76 + 150 + 29 + 255) / 4, abs=1)


def test_the_last_block_is_completed_by_its_mirror() -> None:
    image = gradient(5, 5)

    last = pixelate(image, plan_for((5, 5), pixelate=4)).getpixel((4, 0))

    assert last == pytest.approx((255 + 255 + 191 + 128) / 4, abs=1)


@pytest.mark.parametrize("side", [21, 10**9])
def test_a_block_larger_than_the_image_is_the_image(side: int) -> None:
    image = pixelate(noise(20, 3), plan_for((20, 3), pixelate=side))

    assert (image.size, len(set(image.get_flattened_data()))) == ((20, 3), 1)


def test_a_mean_is_rounded_as_libvips_rounds() -> None:
    image = gradient(5, 1)
    image.putdata([127, 127, 128, 128, 128])

    assert pixelate(image, plan_for((5, 1), pixelate=5)).getextrema() == (127, 127)


def test_what_is_transparent_darkens_a_block_as_in_imgproxy() -> None:
    image = solid(4, 4, (0, 0, 0, 0), "RGBA")
    image.paste((254, 0, 0, 255), (0, 0, 4, 2))

    assert pixelate(image, plan_for((4, 4), pixelate=4)).getpixel((0, 0)) == (127, 0, 0, 128)


@pytest.mark.parametrize("side", [0, 1])
def test_without_blocks_the_image_is_given_back(side: int) -> None:
    image = quadrants()

    assert pixelate(image, plan_for(image.size, pixelate=side)) is image


def test_a_huge_block_keeps_the_brightness() -> None:
    image = solid(6000, 4000, 200, "L")

    assert pixelate(image, plan_for(image.size, pixelate=6000)).getextrema() == (200, 200)
