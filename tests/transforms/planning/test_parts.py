"""What of a source is left to a decoder that goes row by row."""

from typing import Any

import pytest

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Gravity, GravityType, ResizingAlgorithm, Size
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.transforms.planning.parts import Part
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan

CORNER = Crop(800, 600, Gravity(GravityType.NORTH_WEST, 10, 20))
SMART = Crop(4000, 4000, Gravity(GravityType.SMART))


def planned(size: tuple[int, int] = (8000, 6000), *, linear: bool = False, **wishes: Any) -> Plan:
    """The plan for a picture with alpha whose decoder goes row by row."""
    shape = SourceShape(Size(*size), by_rows=True)
    return plan(shape, ProcessingOptions(**wishes), result_format=Format.PNG, linear=linear)


def test_what_gets_smaller_is_scaled_while_it_is_decoded() -> None:
    found, whole = (
        planned(width=300),
        plan(SourceShape(Size(8000, 6000)), ProcessingOptions(width=300), result_format=Format.PNG),
    )

    assert found.load_part == Part(scale=whole.scale)
    assert found.loaded_size == found.scale.size == found.scale.source == found.result_size == (300, 225)


def test_what_keeps_its_size_or_grows_is_decoded_as_it_is() -> None:
    assert planned((80, 60)).load_part == Part()
    assert planned((80, 60), width=300, enlarge=True).load_part == Part()


def test_of_a_picture_that_fills_a_frame_what_is_kept_is_made() -> None:
    found = planned(width=300, height=300, resizing_type="fill")

    assert found.load_part.kept == (50, 0, 350, 300)
    assert found.loaded_size == found.result_size == (300, 300)


def test_a_crop_is_left_to_the_decoder() -> None:
    found = planned(crop=CORNER, width=100)

    assert (found.load_part.box, found.crop, found.loaded_size) == (Box(10, 20, 810, 620), None, (100, 75))


@pytest.mark.parametrize(
    ("wishes", "why"),
    [
        ({"crop": SMART}, "where the picture draws attention is seen at its full size"),
        ({"resizing_algorithm": ResizingAlgorithm.NEAREST}, "its kernel sees every pixel"),
    ],
    ids=["smart crop", "another kernel"],
)
def test_what_needs_every_pixel_says_so(wishes: dict[str, Any], why: str) -> None:
    found = planned(width=100, **wishes)

    assert found.load_part == Part(whole_for=why)
    assert ("decoded whole", why) in found.describe()


def test_what_is_scaled_in_linear_light_is_so_while_it_is_decoded() -> None:
    found = planned(width=100, linear=True)

    assert (found.load_part.linear, found.loaded_size) == (True, (100, 75))
    assert found.describe()[0] == ("scale", "to 100x75 in linear light, while decoding")


def test_rows_that_come_in_linear_light_alone_do_not_come_otherwise() -> None:
    shape, wishes = SourceShape(Size(8000, 6000), by_rows_if_linear=True), ProcessingOptions(width=100)

    plain, linear = (plan(shape, wishes, result_format=Format.PNG, linear=each) for each in (False, True))

    assert (plain.load_part, linear.load_part.linear) == (Part(), True)


def test_an_interlaced_picture_is_decoded_whole_and_says_so() -> None:
    shape = SourceShape(Size(800, 600), is_interlaced=True)

    found = plan(shape, ProcessingOptions(width=100), result_format=Format.PNG)

    assert ("decoded whole", "it is interlaced") in found.describe()


def test_what_is_done_while_decoding_is_explained() -> None:
    assert planned(crop=CORNER, width=100, height=20, resizing_type="fill").describe()[:2] == [
        ("crop", "to 800x600 at 10,20, while decoding"),
        ("scale", "to 100x75, while decoding, of which 100x20 are made"),
    ]
