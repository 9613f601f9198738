import math

import numpy
import pytest
from PIL import Image

from bench.ablation import LEVELS, LINEAR, WAYS, Figures, Way, decoded, measured, result_size, scaled, table, weights
from imgsvc.options.geometry import Size
from tests.images import encoded, noise, quadrants


def test_weights_of_a_pixel_come_to_one() -> None:
    assert weights(100, 37).sum(axis=1) == pytest.approx(numpy.ones(37), abs=1e-6)


@pytest.mark.parametrize(("light", "level"), [(LEVELS, 128), (LINEAR, 188)])
def test_half_of_black_and_white_is_half_of_the_levels_or_of_the_light(light: str, level: int) -> None:
    stripes = numpy.zeros((300, 640, 3), numpy.uint8)
    stripes[:, ::2] = 255

    shown = scaled(Image.fromarray(stripes), Size(64, 30), light)

    assert shown.getpixel((32, 15)) == pytest.approx((level,) * 3, abs=1)


@pytest.mark.parametrize(("margin", "width"), [(1, 500), (1.8, 1000), (math.inf, 2000)])
def test_no_less_is_decoded_than_the_margin_says(margin: float, width: int) -> None:
    assert decoded(encoded(quadrants(2000, 1000), "jpeg"), margin, Size(500, 250)).width == width


def test_what_is_smaller_than_the_result_is_not_enlarged() -> None:
    assert result_size((300, 200)) == (300, 200)
    assert result_size((3000, 2000)) == (512, 341)


@pytest.mark.slow
def test_a_picture_is_measured_in_every_way() -> None:
    found = dict(measured(encoded(noise(1100, 700), "jpeg")))

    assert list(found) == list(WAYS)
    assert found[Way("all", LINEAR)].plain == pytest.approx(100, abs=0.01)
    assert found[Way("all", LEVELS)].plain < 99
    assert all(each.size for each in found.values())


def test_the_table_has_means_the_worst_and_bytes() -> None:
    found = {Way("all", LINEAR): [Figures(100, 80, 1000), Figures(90, 70, 4000)]}

    assert list(table(found))[2:] == ["| all | linear | 4:2:0 | 95.0 | 75.0 | 70.0 | 2.0 |"]
