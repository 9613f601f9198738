"""What of a source is left to a decoder that goes row by row."""

from typing import Any

import pytest

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Gravity, GravityType, Size
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.transforms.parts import Part
from imgsvc.transforms.plan import Plan, SourceShape, plan

CORNER = Crop(800, 600, Gravity(GravityType.NORTH_WEST, 10, 20))
SMART = Crop(4000, 4000, Gravity(GravityType.SMART))


def planned(
    size: tuple[int, int] = (8000, 6000), *, result: Format = Format.PNG, linear: bool = False, **wishes: Any
) -> Plan:
    """The plan for a picture with alpha that its decoder averages."""
    shape = SourceShape(Size(*size), has_alpha=True, averages=True)
    return plan(shape, ProcessingOptions(**wishes), result_format=result, linear=linear)


def test_pixels_are_averaged_as_far_as_leaves_twice_the_result() -> None:
    found = planned(width=300)

    assert (found.load_part, found.loaded_size, found.result_size) == (Part(None, 13), (616, 462), (300, 225))


@pytest.mark.parametrize("side", [7999, 8000, 8001])
def test_a_fraction_of_a_block_is_left_to_the_resampler(side: int) -> None:
    whole = plan(SourceShape(Size(side, side)), ProcessingOptions(width=300), result_format=Format.PNG)

    found = planned((side, side), width=300)

    assert (found.scale.across, found.scale.down) == (whole.scale.across.divided(13), whole.scale.down.divided(13))


def test_a_side_that_shrinks_less_decides_for_both() -> None:
    assert planned((8000, 600), width=100, height=100, resizing_type="force").load_part.block == 3


def test_a_crop_is_left_to_the_decoder() -> None:
    found = planned(crop=CORNER, width=100)

    assert (found.load_part, found.crop) == (Part(Box(10, 20, 810, 620), 4), None)


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"crop": SMART}, "where the picture draws attention is seen at its full size"),
        ({"linear": True}, "it is scaled in linear light"),
        ({"result": Format.GIF}, "its alpha is scaled to the level, for GIF"),
    ],
    ids=["smart crop", "linear light", "GIF"],
)
def test_what_needs_every_pixel_says_so(wishes: dict[str, Any], why: str) -> None:
    found = planned(width=100, **wishes)

    assert found.load_part == Part(whole_for=why)
    assert ("decoded whole", why) in found.describe()


def test_an_interlaced_picture_is_decoded_whole_and_says_so() -> None:
    shape = SourceShape(Size(800, 600), is_interlaced=True)

    found = plan(shape, ProcessingOptions(width=100), result_format=Format.PNG)

    assert ("decoded whole", "it is interlaced") in found.describe()


def test_what_is_done_while_decoding_is_explained() -> None:
    assert planned(crop=CORNER, width=100).describe()[:2] == [
        ("crop", "to 800x600 at 10,20, while decoding"),
        ("decoded at", "200x150: the mean of each 4x4 pixels"),
    ]
