import math

import numpy as np
import pytest
from PIL import ImageStat

from imgsvc.transforms.filters.blur import blur, blurred, effective_sigma, nearly_blurred
from imgsvc.transforms.pixels.edges import with_repeated_edges
from tests.images import gradient, noise, quadrants, solid
from tests.transforms.planned import plan_for, transformed


def test_blur_evens_out_what_is_rough() -> None:
    image = noise()

    blurred = blur(image, plan_for(image.size, blur=3))

    assert ImageStat.Stat(blurred).stddev[0] < ImageStat.Stat(image).stddev[0] / 3


def test_the_color_of_what_is_transparent_does_not_bleed() -> None:
    image = solid(20, 20, (0, 0, 255, 0), "RGBA")
    image.paste((255, 0, 0, 255), (0, 0, 20, 10))

    red, _, blue, alpha = blur(image, plan_for(image.size, blur=3)).getpixel((10, 10))  # type: ignore[misc]

    assert (red > 250, blue < 5, 0 < alpha < 255) == (True, True, True)


def test_a_blur_wider_than_the_image_is_no_more_than_the_image() -> None:
    image = quadrants(8, 4)

    assert blur(image, plan_for(image.size, blur=1e308)).size == image.size


@pytest.mark.parametrize("sigma", [0, 0.4])
def test_what_blur_cannot_change_is_given_back(sigma: float) -> None:
    image = quadrants()

    assert blur(image, plan_for(image.size, blur=sigma)) is image


@pytest.mark.parametrize(("sigma", "effective"), [(0, 0), (10, 8.2), (100, 83)])
def test_a_kernel_that_is_cut_off_is_narrower(sigma: float, effective: float) -> None:
    assert effective_sigma(sigma, 0.2) == pytest.approx(effective, rel=0.02)


def test_a_small_kernel_is_the_one_of_libvips_to_the_last_weight() -> None:
    image = solid(3, 3, 0, "L")
    image.putpixel((1, 1), 242)

    blurred = blur(image, plan_for(image.size, blur=1))

    # Weights 12, 20 and 12 of 44 along each axis.
    assert [blurred.getpixel((x, 1)) for x in range(3)] == [30, 50, 30]


def test_a_small_kernel_repeats_the_edge() -> None:
    image = quadrants(8, 8)

    assert blur(image, plan_for(image.size, blur=1)).getpixel((0, 0)) == image.getpixel((0, 0))


def test_an_edge_is_blurred_as_if_its_pixels_went_on() -> None:
    image = gradient(20, 4)

    blurred = [transformed(each, blur=3.0) for each in (image, with_repeated_edges(image, 30, 0, 30, 0))]

    assert abs(blurred[0].getpixel((0, 0)) - blurred[1].getpixel((30, 0))) <= 1


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("sigma", [0.5, 4.0, 6.0, 13.0, 70.0])
@pytest.mark.parametrize("size", [(201, 133), (64, 64), (7, 300)])
def test_what_is_blurred_in_a_smaller_image_looks_as_if_it_was_not(
    mode: str, sigma: float, size: tuple[int, int]
) -> None:
    image = noise(*size, mode)

    found, exact = (np.asarray(each(image, sigma), int) for each in (nearly_blurred, blurred))
    # Of what is nearly clear the color says little.
    weight = exact[..., -1:] / 255 if "A" in mode else 1
    assert (np.abs(found - exact) * weight).max() <= 5
    assert (np.abs(found - exact) * weight).mean() < 1


def test_and_is_as_wide_as_a_gaussian() -> None:
    edge = solid(400, 40, 0, "L")
    edge.paste(255, (200, 0, 400, 40))

    found = np.asarray(nearly_blurred(edge, 20.0), float)[20]
    sigma = effective_sigma(20.0, 0.2)
    wanted = [255 * 0.5 * (1 + math.erf((x + 0.5 - 200) / sigma / math.sqrt(2))) for x in range(400)]
    assert np.abs(found - wanted).max() < 4
