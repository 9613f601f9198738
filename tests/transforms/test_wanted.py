"""A side that is not asked for is no number: whatever is asked for, none of what it leads to can be taken for it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgsvc.options.formats import Format
from imgsvc.options.geometry import ResizingType, Size
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions
from imgsvc.transforms.planning.plan import SourceShape, plan
from imgsvc.transforms.planning.scaling import scaling
from imgsvc.transforms.planning.sizes import sizes

SOURCE = Size(161, 107)
SIDES = st.sampled_from([0, 1, 2, 3, 107, 161, 2000])
CROPS = st.sampled_from([0, 0.0001, 0.5, 1, 2, 106, 5000])
KINDS = st.sampled_from(ResizingType)


@pytest.mark.parametrize("extend", [False, True])
@pytest.mark.parametrize(("wanted", "size"), [((2000, 3), (161, 1)), ((3, 2000), (1, 107)), ((1, 5000), (1, 107))])
def test_filling_down_a_thin_size_keeps_a_thin_part(
    wanted: tuple[int, int], size: tuple[int, int], extend: bool
) -> None:
    options = ProcessingOptions(ResizingType.FILL_DOWN, *wanted, extend=Extend(extend))

    found = plan(SourceShape(SOURCE), options, result_format=Format.PNG).result_size

    assert found == (wanted if extend else size)


@given(kind=KINDS, width=SIDES, height=SIDES, dpr=st.sampled_from([0.001, 1, 3]), zoom=st.sampled_from([0.001, 1]))
@example(kind=ResizingType.FILL_DOWN, width=2000, height=3, dpr=1, zoom=1)
def test_a_filled_size_is_no_larger_than_what_is_asked_for(
    kind: ResizingType, width: int, height: int, dpr: float, zoom: float
) -> None:
    options = ProcessingOptions(kind, width, height, dpr=dpr, zoom_x=zoom, zoom_y=zoom)
    target = sizes(SOURCE, options, scaling(SOURCE, options, enlarges=False), 0).target

    found = plan(SourceShape(SOURCE), options, result_format=Format.PNG).result_size

    assert min(found) >= 1
    assert (target.width is None, target.height is None) == (not width, not height)
    assert all(side <= wish for side, wish in zip(found, target, strict=True) if wish and width and height)


@given(kind=KINDS, width=SIDES, height=SIDES, crop=st.tuples(CROPS, CROPS))
@example(kind=ResizingType.FILL_DOWN, width=2000, height=3, crop=(0, 0))
def test_extending_fills_every_side_that_is_asked_for(
    kind: ResizingType, width: int, height: int, crop: tuple[float, float]
) -> None:
    options = ProcessingOptions(kind, width, height, crop=Crop(*crop), extend=Extend(enabled=True))

    found = plan(SourceShape(SOURCE), options, result_format=Format.PNG).result_size

    assert found.width >= width
    assert found.height >= height


@given(kind=KINDS, width=SIDES, height=SIDES, crop=st.tuples(CROPS, CROPS), most=st.sampled_from([0, 1, 50]))
def test_no_step_makes_a_picture_without_pixels(
    kind: ResizingType, width: int, height: int, crop: tuple[float, float], most: int
) -> None:
    options = ProcessingOptions(
        kind, width, height, crop=Crop(*crop), padding=Padding(1), extend_aspect_ratio=Extend(enabled=True)
    )

    found = plan(SourceShape(SOURCE), options, result_format=Format.PNG, max_result_dimension=most)

    made = [
        found.loaded_size,
        found.scale.size,
        found.result_size,
        *(c.size for c in (found.crop, found.result_crop) if c),
    ]
    assert min(min(size) for size in made) >= 1
