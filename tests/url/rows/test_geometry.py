"""What is read is in tests/spec/url_options.toml; here is what is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.geometry import Gravity, GravityType
from imgsvc.options.processing import Crop, Padding, ProcessingOptions
from imgsvc.url.grammar import Context, Grammar
from imgsvc.url.rows.geometry import CROP, FLIP, GRAVITY, PADDING, RESIZE, SIZE, TRIM, ZOOM, extending
from tests.strategies import options

CONTEXT = Context(lambda: 0.0)
FIELDS = {
    "resize": (RESIZE, ["resizing_type", "width", "height"]),
    "zoom": (ZOOM, ["zoom_x", "zoom_y"]),
    "extend": (extending("extend"), ["extend"]),
    "gravity": (GRAVITY, ["gravity"]),
    "crop": (CROP, ["crop"]),
    "trim": (TRIM, ["trim"]),
    "padding": (PADDING, ["padding"]),
    "flip": (FLIP, ["flip_horizontal", "flip_vertical"]),
}


@pytest.mark.parametrize(("grammar", "names"), FIELDS.values(), ids=FIELDS)
@given(data=st.data())
def test_what_is_written_is_read_again(grammar: Grammar, names: list[str], data: st.DataObject) -> None:
    wanted = data.draw(options(*names))
    found = ProcessingOptions()

    for args in grammar.build(wanted):
        assert len(args) <= grammar.most
        found = grammar.apply(args, found, CONTEXT)

    assert [getattr(found, name) for name in names] == [getattr(wanted, name) for name in names]


def test_one_zoom_stands_for_both() -> None:
    assert ZOOM.build(ProcessingOptions(zoom_x=2, zoom_y=2)) == [["2"]]
    assert ZOOM.build(ProcessingOptions(zoom_y=2)) == [["1", "2"]]


def test_a_focus_point_inside_is_one_use() -> None:
    assert GRAVITY.build(ProcessingOptions(gravity=Gravity(GravityType.FOCUS_POINT, 0.5, 1))) == [["fp", "0.5", "1"]]


def test_a_crop_with_a_focus_point_outside_is_two_uses() -> None:
    crop = Crop(9, 8, Gravity(GravityType.FOCUS_POINT, 5, 6))

    assert CROP.build(ProcessingOptions(crop=crop)) == [["9", "8", "ce", "5", "6"], ["9", "8", "fp", "", ""]]


@pytest.mark.parametrize(
    ("padding", "args"),
    [
        (Padding(1, 1, 1, 1), ["1"]),
        (Padding(1, 2, 1, 2), ["1", "2"]),
        (Padding(1, 2, 3, 2), ["1", "2", "3"]),
        (Padding(1, 2, 1, 3), ["1", "2", "1", "3"]),
    ],
)
def test_sides_that_follow_from_others_are_not_written(padding: Padding, args: list[str]) -> None:
    assert PADDING.build(ProcessingOptions(padding=padding)) == [args]


def test_size_leaves_writing_to_resize() -> None:
    assert SIZE.build(ProcessingOptions(width=5)) == []
