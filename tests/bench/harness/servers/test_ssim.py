import numpy as np
import pytest
from PIL import Image, ImageFilter

from bench.origins.pictures import noisy
from bench.servers.ssim import luma, ssim
from samples.draw import bird, meadow


def test_a_picture_is_all_like_itself():
    picture = meadow(120, 80)

    assert ssim(picture, picture) == pytest.approx(1)


def test_the_more_is_lost_the_less_alike_they_are():
    picture = meadow(120, 80)
    worse = [picture.filter(ImageFilter.GaussianBlur(radius)) for radius in (0.5, 1, 3)]
    likeness = [ssim(picture, each) for each in worse]

    assert likeness == sorted(likeness, reverse=True)


def test_a_shift_of_brightness_costs_less_than_noise_of_the_same_error():
    """That is what SSIM is for."""
    picture = Image.new("RGB", (64, 64), (100, 100, 100))
    picture.paste((140, 140, 140), (0, 0, 32, 64))
    brighter = picture.point(lambda level: level + 8)

    assert ssim(picture, brighter) > ssim(picture, noisy(picture, 8))


def test_the_figure_is_that_of_the_definition():
    """Two planes without structure: only the means differ, and the second factor is one."""
    one, other = (Image.new("L", (20, 20), level) for level in (100, 120))
    constant = (0.01 * 255) ** 2

    assert ssim(one, other) == pytest.approx((2 * 100 * 120 + constant) / (100**2 + 120**2 + constant))


def test_what_is_transparent_is_seen_as_gray():
    assert luma(Image.new("RGBA", (2, 2), (255, 0, 0, 0))) == pytest.approx(np.full((2, 2), 128.0))


def test_colors_below_full_transparency_do_not_count():
    one = bird(60)
    other = Image.new("RGBA", one.size, (255, 255, 255, 0))
    other.alpha_composite(one)

    assert ssim(one, other) == pytest.approx(1)


def test_pictures_of_different_sizes_are_not_compared():
    with pytest.raises(ValueError, match="cannot be compared"):
        ssim(Image.new("L", (20, 20)), Image.new("L", (20, 21)))
