from typing import Any

import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Border, Corners, Gradient, UnsharpMode
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.filtering import NEUTRAL, asks_for_filters, background_of, corners_within
from tests.transforms.planned import plan_for


@pytest.mark.parametrize(
    "wishes",
    [
        {},
        {"gradient": Gradient(0.0, Color(9, 9, 9))},
        {"unsharp_masking_mode": UnsharpMode.NONE},
        {"unsharp_masking_mode": UnsharpMode.AUTO},
        {"background_alpha": 0.5},
    ],
)
def test_a_plan_without_filters_says_so(wishes: dict[str, Any]) -> None:
    assert plan_for((40, 20), **wishes).filters is NEUTRAL


def test_a_wish_for_one_is_seen() -> None:
    assert asks_for_filters(ProcessingOptions(round_corners=Corners(0, 0, 0, 3)))


@pytest.mark.parametrize(
    ("corners", "found"),
    [
        (Corners(5, 5, 5, 5), Corners(5, 5, 5, 5)),
        (Corners(0.25, 0.25, 0.25, 0.25), Corners(5, 5, 5, 5)),
        (Corners(30, 30, 30, 30), Corners(10, 10, 10, 10)),
        (Corners(30, 0, 0, 10), Corners(15, 0, 0, 5)),
    ],
)
def test_corners_that_exceed_a_side_shrink_alike(corners: Corners, found: Corners) -> None:
    assert corners_within(corners, Size(40, 20), 1.0) == pytest.approx(found)


def test_pixels_are_multiplied_by_the_device_pixel_ratio() -> None:
    found = plan_for((400, 200), width=100, dpr=2, border=Border(3), round_corners=Corners(7, 7, 7, 7)).filters

    assert (found.border.width, found.corners) == (6, Corners(14, 14, 14, 14))


@pytest.mark.parametrize(("format_", "found"), [(Format.PNG, Color(100, 0, 0)), (Format.JPEG, Color(178, 128, 128))])
def test_a_format_without_transparency_has_white_behind_its_background(format_: Format, found: Color) -> None:
    options = ProcessingOptions(background=Color(100, 0, 0), background_alpha=0.5)

    assert background_of(options, format_) == found
