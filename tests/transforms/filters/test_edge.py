import numpy as np
import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Border, Corners
from imgsvc.options.geometry import Size
from imgsvc.options.processing import Padding
from imgsvc.transforms.filters.edge import border, round_corners, rounded
from imgsvc.transforms.flatten import flatten
from tests.images import fading, noise, solid
from tests.transforms.filters import formulas
from tests.transforms.planned import plan_for, transformed

ROUND = Corners(10, 10, 10, 10)


@pytest.mark.parametrize("radius", [1.0, 4.5, 10.0, 20.0])
def test_a_corner_is_a_quarter_of_a_circle(radius: float) -> None:
    found = np.asarray(rounded(Size(60, 40), Corners(radius, radius, radius, radius))) / 255

    assert np.abs(found - formulas.corner((60, 40), radius)).max() < 0.01


def test_each_corner_has_its_own_radius() -> None:
    shape = rounded(Size(40, 40), Corners(20, 0, 10, 0))

    corners = [shape.getpixel(place) for place in ((0, 0), (39, 0), (39, 39), (0, 39), (35, 35), (4, 4))]
    assert corners == [0, 255, 0, 255, 255, 0]


def test_half_of_a_square_is_a_circle() -> None:
    found = transformed(solid(40, 40), round_corners=Corners(0.5, 0.5, 0.5, 0.5)).getchannel("A")

    assert np.asarray(found).sum() / 255 == pytest.approx(np.pi * 20**2, rel=0.01)


def test_padding_lies_around_the_round_picture() -> None:
    found = transformed(solid(40, 40), round_corners=ROUND, padding=Padding(5, 5, 5, 5), background=Color(0, 0, 255))

    assert [found.getpixel(place) for place in ((0, 0), (5, 5), (25, 5))] == [(0, 0, 255), (0, 0, 255), (255, 0, 0)]


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("color", [Color(255, 255, 255), Color(10, 200, 30)])
@pytest.mark.parametrize("radius", [0.5, 7.3, 20.0])
def test_on_a_background_it_is_what_comes_of_alpha_to_the_byte(mode: str, color: Color, radius: float) -> None:
    image, corners = noise(41, 33, mode), Corners(radius, radius, 0, radius)

    at_once = transformed(image, round_corners=corners, background=color)

    apart = flatten(transformed(image, round_corners=corners), plan_for((41, 33), background=color))
    assert (at_once.mode, at_once.tobytes()) == (apart.mode, apart.tobytes())


def test_what_was_transparent_stays_so() -> None:
    image = fading(40, 40)

    found = round_corners(image, plan_for((40, 40), round_corners=ROUND)).getchannel("A")

    assert found.getpixel((20, 20)) == image.getpixel((20, 20))[3]
    assert found.getpixel((39, 0)) == 0


def test_a_border_takes_the_outermost_pixels() -> None:
    image = solid(20, 20)

    found = border(image, plan_for((20, 20), border=Border(3, Color(0, 0, 255))))

    assert [found.getpixel((x, 10)) for x in (0, 2, 3, 16, 17)] == [
        *((0, 0, 255), (0, 0, 255), (255, 0, 0), (255, 0, 0), (0, 0, 255))
    ]


def test_a_border_follows_round_corners() -> None:
    found = transformed(solid(40, 40), border=Border(4, Color(0, 0, 255)), round_corners=Corners(20, 20, 20, 20))

    assert found.getpixel((6, 6)) == pytest.approx((0, 0, 255, 255), abs=40)
    assert found.getpixel((12, 12)) == (255, 0, 0, 255)


@pytest.mark.parametrize("width", [10, 11, 2**63 - 1])
def test_a_border_may_be_all_there_is(width: int) -> None:
    found = border(solid(20, 20), plan_for((20, 20), border=Border(width)))

    assert found.getextrema() == ((0, 0), (0, 0), (0, 0))
