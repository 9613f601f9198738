import numpy as np
import pytest

from imgsvc.transforms.pixels.cielab import compressed, lightened, lightness, linear_levels, relative_xyz, srgb_levels

ALL = np.arange(256, dtype=np.uint8)


def pixels(*colors: tuple[int, int, int]) -> np.ndarray:
    return np.array(colors, np.uint8)


def test_linear_light_leads_back_to_every_level() -> None:
    assert srgb_levels(linear_levels()).tolist() == ALL.tolist()


def test_light_out_of_range_is_black_or_full() -> None:
    assert srgb_levels(np.array([-1, 2], np.float32)).tolist() == [0, 255]


def test_white_is_one_in_every_axis() -> None:
    assert relative_xyz(pixels((255, 255, 255)))[0].tolist() == pytest.approx([1, 1, 1], abs=1e-6)


@pytest.mark.parametrize(("level", "expected"), [(0, 0), (118, 127), (119, 128), (255, 255)])
def test_lightness_of_mid_gray_is_half(level: int, expected: int) -> None:
    assert lightness(pixels((level, level, level)))[0] == pytest.approx(expected, abs=1)


def test_green_is_lighter_than_red_and_red_than_blue() -> None:
    red, green, blue = lightness(pixels((255, 0, 0), (0, 255, 0), (0, 0, 255)))

    assert blue < red < green


def test_no_change_of_lightness_changes_nothing() -> None:
    gray = np.stack([ALL] * 3, axis=-1)

    assert np.abs(lightened(gray, np.zeros(256, np.float32)).astype(int) - gray).max() <= 1


def test_more_lightness_is_that_much_lightness() -> None:
    brighter = lightened(pixels((60, 90, 120)), np.array([10], np.float32))

    change = int(lightness(brighter)[0]) - int(lightness(pixels((60, 90, 120)))[0])
    assert change == pytest.approx(25.5, abs=1.5)


def test_lightness_ends_at_black_and_white() -> None:
    ends = lightened(pixels((10, 10, 10), (250, 250, 250)), np.array([-50, 50], np.float32))

    assert ends.tolist() == [[0, 0, 0], [255, 255, 255]]


def test_the_root_and_its_straight_end_meet() -> None:
    below, above = compressed(np.array([0.008856, 0.008857], np.float32))

    assert below == pytest.approx(above, abs=1e-5)
