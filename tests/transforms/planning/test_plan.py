from typing import Any

import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from imgsvc.errors import ResolutionError
from imgsvc.options.color import Color
from imgsvc.options.formats import Format
from imgsvc.options.geometry import (
    Box,
    Gravity,
    GravityType,
    ResizingAlgorithm,
    ResizingType,
    ScalingMethod,
    Size,
)
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan
from tests.transforms.planned import plan_for
from tests.transforms.strategies import options, shapes

JPEG = (8, 4, 2)


def test_width_is_that_of_the_upright_image() -> None:
    assert plan_for((200, 100), orientation=6, width=50).result_size == (50, 100)


def test_crop_is_planned_on_the_image_as_it_is_stored() -> None:
    found = plan_for((200, 100), rotate=90, crop=Crop(10, 20, Gravity(GravityType.NORTH)))

    assert found.crop is not None
    assert found.crop.box == Box(0, 46, 20, 56)


def test_a_crop_without_gravity_takes_that_of_the_result_with_its_offsets() -> None:
    found = plan_for((200, 100), crop=Crop(10, 10), gravity=Gravity(GravityType.NORTH_WEST, 3, 4))

    assert found.crop is not None
    assert found.crop.box == Box(3, 4, 13, 14)


def test_crop_offsets_know_nothing_of_dpr() -> None:
    found = plan_for((200, 100), crop=Crop(50, 50, Gravity(GravityType.NORTH_WEST, 10, 10)), dpr=0.5)

    assert found.crop is not None
    assert found.crop.box == Box(10, 10, 60, 60)


def test_a_large_jpeg_is_decoded_small() -> None:
    wishes = ProcessingOptions(width=100)

    found = plan(SourceShape(Size(4000, 3000)), wishes, result_format=Format.JPEG, load_shrinks=JPEG)

    assert (found.load_shrink, found.loaded_size, found.result_size) == (8, (500, 375), (100, 75))


def fine(**wishes: Any) -> Plan:
    """The plan for a photograph that is to be scaled finely."""
    shape = SourceShape(Size(4000, 3000), by_rows_if_linear=True)
    options = ProcessingOptions(scaling=ScalingMethod.FINE, **wishes)
    return plan(shape, options, result_format=Format.JPEG, load_shrinks=JPEG)


def test_what_is_scaled_finely_is_decoded_at_about_twice_its_size_or_more_and_scaled_in_linear_light() -> None:
    found = fine(width=500)

    assert (found.load_shrink, found.linear, found.load_part.linear) == (4, True, True)
    assert found.load_part.fine
    assert (found.load_part.scale or found.scale).source == (1000, 750)


def test_what_is_scaled_finely_is_all_of_the_picture_though_it_comes_to_no_whole_pixels() -> None:
    shape = SourceShape(Size(1920, 1280))
    wish = ProcessingOptions(width=512, scaling=ScalingMethod.FINE)

    found = plan(shape, wish, result_format=Format.JPEG).scale

    assert (found.size, found.down.start, found.down.end) == (Size(512, 341), 0, 1280)


def test_what_grows_or_stays_is_scaled_finely_as_it_is_otherwise() -> None:
    assert not fine().linear
    assert not fine(width=5000, enlarge=True).linear


def test_a_kernel_that_is_asked_for_comes_before_fine_scaling() -> None:
    found = fine(width=500, resizing_algorithm=ResizingAlgorithm.CUBIC)

    assert (found.load_shrink, found.linear, found.algorithm) == (8, False, ResizingAlgorithm.CUBIC)


def test_what_scales_freely_leaves_nothing_to_scale() -> None:
    shape = SourceShape(Size(4000, 3000), orientation=6, scales_freely=True)

    found = plan(shape, ProcessingOptions(width=99), result_format=Format.JPEG)

    assert (found.load_size, found.scale.size, found.result_size) == ((132, 99), (132, 99), (99, 132))


def test_what_scales_freely_is_decoded_whole_where_all_is_needed() -> None:
    shape = SourceShape(Size(400, 300), scales_freely=True)

    assert plan(shape, ProcessingOptions(crop=Crop(50, 50)), result_format=Format.PNG).load_size is None


def test_a_vector_image_enlarges_without_being_asked() -> None:
    found = plan(SourceShape(Size(10, 10), is_vector=True), ProcessingOptions(width=300), result_format=Format.PNG)

    assert (found.load_size, found.result_size) == ((300, 300), (300, 300))


def test_a_vector_image_above_the_limit_comes_out_smaller() -> None:
    shape = SourceShape(Size(1000, 1000), is_vector=True)

    found = plan(shape, ProcessingOptions(), result_format=Format.PNG, vector_max_pixels=10_000)

    assert found.result_size == (100, 100)


def test_a_format_without_alpha_is_flattened_on_white() -> None:
    assert plan_for((10, 10), result_format=Format.JPEG).background == Color(255, 255, 255)


def test_a_format_with_alpha_keeps_it_unless_a_background_is_set() -> None:
    assert plan_for((10, 10)).background is None


@pytest.mark.parametrize(
    "wishes",
    [
        {"width": 20_000, "height": 20_000, "enlarge": True},
        {"width": 100_000, "height": 100_000, "extend": Extend(enabled=True)},
        {"padding": Padding(10**9, 10**9, 10**9, 10**9)},
        {"min_width": 10**9},
        {"zoom_x": 1e308, "zoom_y": 1e308, "enlarge": True},
        {"width": 10, "height": 10**7, "resizing_type": ResizingType.FILL, "enlarge": True},
    ],
)
def test_what_no_worker_can_hold_is_refused_before_it_is_decoded(wishes: dict[str, object]) -> None:
    with pytest.raises(ResolutionError):
        plan_for((200, 100), **wishes)


def test_every_step_that_does_something_has_its_line() -> None:
    found = plan_for(
        (400, 200),
        orientation=6,
        result_format=Format.ICO,
        crop=Crop(0.5, 0.5),
        width=80,
        height=80,
        resizing_type=ResizingType.FILL,
        blur=2,
        sharpen=1,
        pixelate=4,
        extend=Extend(enabled=True),
        padding=Padding(100, 100, 100, 100),
        background=Color(1, 2, 3),
    )

    subjects = [subject for subject, _ in found.describe()]

    assert subjects == [
        *("crop", "scale", "turn", "crop to result", "blur", "sharpen", "pixelate", "padding", "fix size", "flatten")
    ]


def test_a_plan_that_does_nothing_has_nothing_to_say() -> None:
    assert plan_for((10, 10)).describe() == []


@pytest.mark.parametrize(
    ("wishes", "line"),
    [
        ({"width": 50}, ("scale", "to 50x25")),
        ({"crop": Crop(10, 10, Gravity(GravityType.SMART))}, ("crop", "to 10x10 where the picture draws attention")),
        ({"flip_horizontal": True}, ("turn", "0 degrees clockwise, then mirror")),
        ({"width": 300, "extend": Extend(enabled=True)}, ("extend", "to 300x100, image at 50,0")),
    ],
)
def test_a_line_tells_the_size(wishes: dict[str, object], line: tuple[str, str]) -> None:
    assert plan_for((200, 100), **wishes).describe() == [line]


def test_the_size_at_which_a_source_is_decoded_is_told() -> None:
    shape = SourceShape(Size(800, 400))

    found = plan(shape, ProcessingOptions(width=100), result_format=Format.PNG, load_shrinks=JPEG)

    assert found.describe() == [("decoded at", "100x50: each side divided by 8")]


def test_the_size_at_which_a_vector_image_is_drawn_is_told() -> None:
    found = plan(SourceShape(Size(8, 4), is_vector=True), ProcessingOptions(width=100), result_format=Format.PNG)

    assert found.describe() == [("loaded at", "100x50")]


@given(st.integers(1, 2000), st.integers(1, 2000), st.integers(1, 300), st.integers(1, 300))
def test_fit_keeps_the_aspect_ratio_to_a_pixel(width: int, height: int, box_width: int, box_height: int) -> None:
    found = plan_for((width, height), width=box_width, height=box_height).result_size

    factor = min(box_width / width, box_height / height, 1)
    assert abs(found.width - max(1, width * factor)) <= 1
    assert abs(found.height - max(1, height * factor)) <= 1


def made(shape: SourceShape, wishes: ProcessingOptions, **settings: Any) -> Plan:
    """The plan, where there is one: what no worker could hold is refused, and that is another rule."""
    try:
        return plan(shape, wishes, result_format=Format.PNG, **settings)
    except ResolutionError:
        reject()


@given(shapes, options(), st.integers(1, 100))
def test_no_side_exceeds_the_limit_by_more_than_rounding(
    shape: SourceShape, wishes: ProcessingOptions, limit: int
) -> None:
    """Each padding is rounded apart. A ratio is left out: its long side follows from a short one that was rounded."""
    assume(not wishes.extend_aspect_ratio.enabled and wishes.resizing_type is not ResizingType.FILL_DOWN)

    assert max(made(shape, wishes, max_result_dimension=limit).result_size) <= limit + 3


@given(shapes, options())
def test_no_size_has_an_empty_side(shape: SourceShape, wishes: ProcessingOptions) -> None:
    found = made(shape, wishes, load_shrinks=JPEG)

    assert min(*found.result_size, *found.loaded_size, *found.scale.size) > 0


@given(
    st.builds(
        ProcessingOptions,
        width=st.integers(0, 10**30),
        zoom_x=st.floats(5e-324, 1e308, allow_nan=False),
        zoom_y=st.floats(5e-324, 1e308, allow_nan=False),
        dpr=st.floats(5e-324, 1e308, allow_nan=False),
        gravity=st.builds(Gravity, st.just(GravityType.NORTH), st.floats(allow_nan=False, allow_infinity=False)),
        crop=st.builds(Crop, st.floats(0, 1e308), st.floats(0, 1e308)),
        enlarge=st.booleans(),
    )
)
def test_no_number_is_too_wild_for_a_plan(wishes: ProcessingOptions) -> None:
    try:
        found = plan(SourceShape(Size(30, 20)), wishes, result_format=Format.PNG).result_size
    except ResolutionError:
        found = Size(1, 1)

    assert min(found) > 0


@pytest.mark.parametrize("result_format", [Format.ICO, Format.WEBP, Format.JPEG])
def test_what_is_laid_around_is_held_to_the_limit_before_the_format_shrinks_it(result_format: Format) -> None:
    with pytest.raises(ResolutionError, match="extending"):
        plan(SourceShape(Size(10, 10)), ProcessingOptions(padding=Padding(*[60_000] * 4)), result_format=result_format)
