import math
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image, ImageStat

from imgsvc.options.geometry import Box
from imgsvc.runtime.workers.cost import Meter
from imgsvc.transforms.filters.blur import blur, blurred, effective_sigma, nearly_blurred
from imgsvc.transforms.pixels.edges import with_repeated_edges
from tests.images import gradient, noise, quadrants, solid
from tests.transforms.filters.formulas import Floats
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


@pytest.mark.parametrize("sigma", [0.6, 1.0, 2.5, 4.0, 9.0, 13.0])
@pytest.mark.parametrize("size", [(201, 133), (7, 300), (1, 1)])
def test_it_is_libvips_kernel_to_the_level(sigma: float, size: tuple[int, int]) -> None:
    image = noise(*size)

    found = np.asarray(blurred(image, sigma), float)

    # A pass along each axis, of whole levels.
    assert np.abs(found - _weighed(image, sigma)).max() <= 1.1


@pytest.mark.parametrize("function", [blurred, nearly_blurred])
@pytest.mark.parametrize("sigma", [5.5, 14.0, 40.0, 150.0])
@pytest.mark.parametrize("size", [(201, 133), (64, 64), (7, 300)])
def test_what_is_blurred_in_a_smaller_image_looks_as_if_it_was_not(
    function: Callable[[Image.Image, float], Image.Image], sigma: float, size: tuple[int, int]
) -> None:
    image = noise(*size)

    found = np.asarray(function(image, sigma), float)

    assert np.abs(found - _weighed(image, sigma)).max() <= 4
    assert np.abs(found - _weighed(image, sigma)).mean() < 1


@pytest.mark.parametrize("sigma", [3.0, 6.0, 40.0])
@pytest.mark.parametrize("part", [Box(0, 0, 201, 133), Box(0, 40, 7, 133), Box(77, 31, 78, 33), Box(150, 0, 201, 20)])
def test_a_part_is_that_of_the_whole(sigma: float, part: Box) -> None:
    image = noise(201, 133)

    found = nearly_blurred(image, sigma, part)

    whole = np.asarray(nearly_blurred(image, sigma).crop(part), int)
    assert np.abs(np.asarray(found, int) - whole).max() <= 1


def test_an_area_of_one_color_stays_whatever_the_sigma() -> None:
    image = solid(90, 70, (255, 3, 128))

    found = [set(blurred(image, sigma).get_flattened_data()) for sigma in (0.6, 1, 3.3, 9, 20, 1000)]

    assert found == [{(255, 3, 128)}] * 6


def test_a_wide_blur_takes_no_more_room_than_a_few_images() -> None:
    image, meter = solid(1500, 1500, "white"), Meter()
    before = meter.read().peak_bytes

    blurred(image, 1e308)

    # Each has 9 million bytes.
    assert meter.read().peak_bytes - before < 64 << 20


def _weighed(image: Image.Image, sigma: float) -> Floats:
    """libvips' weights, whole numbers with a peak of 20 that end below a fifth of it, in floating point."""
    sigma = min(sigma, max(image.size))
    reach = math.floor(sigma * math.sqrt(2 * math.log(5)))
    weights = np.rint(20 * np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2))
    found = np.pad(np.asarray(image, float), ((reach, reach), (reach, reach), (0, 0)), mode="edge")
    for axis in (0, 1):
        found = np.apply_along_axis(np.convolve, axis, found, weights / weights.sum(), "valid")
    return found
