import pytest

from imgsvc.transforms.filters.sharpen import sharpen
from imgsvc.transforms.pixels.portions import whole
from tests.images import fading, gradient, quadrants, solid
from tests.transforms.planned import plan_for


def edge(mode: str = "L") -> tuple[object, ...]:
    """Levels left and right of a step from dark to light gray."""
    image = solid(20, 9, (90, 90, 90), "RGB")
    image.paste((160, 160, 160), (10, 0, 20, 9))
    sharpened = whole(sharpen(image.convert(mode), plan_for(image.size, sharpen=2))).convert("L")
    return tuple(sharpened.getpixel((x, 4)) for x in (9, 10))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_an_edge_gets_more_contrast_in_every_mode(mode: str) -> None:
    dark, light = edge(mode)

    assert (dark < 80, light > 170) == (True, True)  # type: ignore[operator]


def test_darkening_goes_further_than_brightening() -> None:
    dark, light = edge()

    assert 90 - dark > light - 160  # type: ignore[operator]


def test_a_gentle_slope_is_flat() -> None:
    image = gradient(256, 4)

    assert whole(sharpen(image, plan_for(image.size, sharpen=1))).tobytes() == image.tobytes()


def test_gray_stays_without_a_tint() -> None:
    image = gradient(32, 4, "RGB")

    red, green, blue = whole(sharpen(image, plan_for(image.size, sharpen=2))).split()

    assert max(abs(a - b) for a, b in zip(red.tobytes(), blue.tobytes(), strict=True)) <= 1
    assert max(abs(a - b) for a, b in zip(red.tobytes(), green.tobytes(), strict=True)) <= 1


def test_alpha_is_left_alone() -> None:
    image = fading(32, 4)

    assert (
        whole(sharpen(image, plan_for(image.size, sharpen=2))).getchannel("A").tobytes()
        == image.getchannel("A").tobytes()
    )


def test_without_sigma_the_image_is_given_back() -> None:
    image = quadrants()

    assert whole(sharpen(image, plan_for(image.size))) is image


def test_a_radius_wider_than_the_image_is_no_more_than_the_image() -> None:
    assert whole(sharpen(quadrants(8, 4), plan_for((8, 4), sharpen=10))).size == (8, 4)


@pytest.mark.parametrize("sigma", [10.1, 20, 1e308])
def test_a_sigma_above_ten_is_libvips_usual_one(sigma: float) -> None:
    image = quadrants(20, 20)

    usual, found = (whole(sharpen(image, plan_for(image.size, sharpen=each))) for each in (0.5, sigma))

    assert found.tobytes() == usual.tobytes()
