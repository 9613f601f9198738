from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from imgsvc.errors import RequestTimeoutError, ResolutionError
from imgsvc.options.color import Color
from imgsvc.options.filters import (
    Area,
    BlurAreas,
    Border,
    Colorize,
    Corners,
    Duotone,
    Gradient,
    Monochrome,
    PixelateAreas,
    ProgressiveBlur,
    UnsharpMode,
)
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Gravity, GravityType, ResizingType
from imgsvc.options.processing import Crop, Extend, Padding, ProcessingOptions
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import STEPS, transform
from imgsvc.transforms.pixels.portions import whole
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan
from tests.images import noise, quadrants
from tests.transforms.planned import plan_for
from tests.transforms.strategies import ELSEWHERE, FIELDS, formats, options, shapes

modes = st.sampled_from(["L", "LA", "RGB", "RGBA"])


def small_plan(shape: SourceShape, wishes: ProcessingOptions, format_: Format, *, linear: bool = False) -> Plan:
    """A plan that can be carried out in no time; there is a test for those that cannot be at all."""
    try:
        found = plan(shape, wishes, result_format=format_, linear=linear)
    except ResolutionError:
        reject()
    assume(max(found.scale.size) * max(found.result_size) < 10**6)
    return found


@settings(max_examples=300)
@given(shapes, options(filters=True), formats, modes, st.booleans())
def test_the_result_has_the_planned_size(
    shape: SourceShape, wishes: ProcessingOptions, format_: Format, mode: str, linear: bool
) -> None:
    found = small_plan(shape, wishes, format_, linear=linear)

    result = transform(noise(*shape.size, mode), found, Scope(60))

    assert result.size == found.result_size


@given(shapes, options(filters=True), modes)
def test_no_step_alters_its_input(shape: SourceShape, wishes: ProcessingOptions, mode: str) -> None:
    found = small_plan(shape, wishes, Format.JPEG)
    image = noise(*shape.size, mode)
    for step in STEPS:
        before = image.tobytes()
        after = whole(step(image, found))
        assert image.tobytes() == before
        image = after


@given(modes)
def test_a_plan_that_does_nothing_gives_back_the_image(mode: str) -> None:
    image = quadrants(mode=mode)

    assert transform(image, plan_for(image.size), Scope(60)) is image


@given(shapes, modes, st.integers(1, 200), st.integers(1, 200))
def test_a_decoder_that_keeps_no_promise_changes_no_size(
    shape: SourceShape, mode: str, width: int, height: int
) -> None:
    found = plan(shape, ProcessingOptions(width=20, height=30), result_format=Format.PNG)

    assert transform(noise(width, height, mode), found, Scope(60)).size == found.result_size


@pytest.mark.parametrize("ticks", range(len(STEPS)))
def test_no_step_runs_past_the_deadline(ticks: int) -> None:
    times = iter([0.0] * (ticks + 1) + [100.0] * len(STEPS))
    scope = Scope(10, clock=lambda: next(times))

    with pytest.raises(RequestTimeoutError):
        transform(quadrants(), plan_for((40, 20), brightness=1), scope)


def test_a_plan_is_a_value() -> None:
    found = plan_for((40, 20))

    assert replace(found) == found


AREA = (Area(0.25, 0.25, 0.5, 0.5),)
SMART = Gravity(GravityType.SMART)

# Wishes that make a step do something, for a source of 40x20 and a result in ICO, which holds 256 pixels a side.
WISHES: dict[str, dict[str, Any]] = {
    "areas_as_stored": {"blur_areas": BlurAreas(3, AREA), "crop": Crop(10, 10, SMART)},
    "crop": {"crop": Crop(10, 10)},
    "scale": {"width": 20},
    "rotate": {"rotate": 90},
    "areas_as_scaled": {
        "pixelate_areas": PixelateAreas(5, AREA),
        "gravity": SMART,
        "resizing_type": ResizingType.FILL,
        "width": 10,
        "height": 10,
    },
    "crop_to_result": {"resizing_type": ResizingType.FILL, "width": 10, "height": 10},
    "unsharp_masking": {"unsharp_masking_mode": UnsharpMode.ALWAYS},
    "brightness": {"brightness": 10},
    "contrast": {"contrast": 1.5},
    "saturation": {"saturation": 0.5},
    "monochrome": {"monochrome": Monochrome(1.0)},
    "duotone": {"duotone": Duotone(1.0)},
    "blur": {"blur": 2.0},
    "sharpen": {"sharpen": 1.0},
    "pixelate": {"pixelate": 4},
    "blur_areas": {"blur_areas": BlurAreas(3, AREA)},
    "pixelate_areas": {"pixelate_areas": PixelateAreas(5, AREA)},
    "progressive_blur": {"progressive_blur": ProgressiveBlur(3.0)},
    "border": {"border": Border(2)},
    "round_corners": {"round_corners": Corners(5, 5, 5, 5)},
    "extend": {"width": 60, "height": 60, "extend": Extend(enabled=True)},
    "extend_aspect_ratio": {"width": 60, "height": 60, "extend_aspect_ratio": Extend(enabled=True)},
    "padding": {"padding": Padding(1, 1, 1, 1)},
    "fix_size": {"padding": Padding(300, 300, 300, 300)},
    "flatten": {"background": Color(1, 2, 3)},
    "colorize": {"colorize": Colorize(0.5)},
    "gradient": {"gradient": Gradient(0.5)},
}
# Where people say it otherwise.
SUBJECTS = {"rotate": "turn", "areas_as_stored": "blur areas", "areas_as_scaled": "pixelate areas"}


def test_every_step_has_wishes_that_make_it_do_something() -> None:
    names = {step.__name__ for step in STEPS}

    assert set(WISHES) == names, f"edit WISHES in {__file__}: {sorted(set(WISHES) ^ names)}"


@pytest.mark.parametrize("name", WISHES)
def test_every_step_says_in_explain_what_it_will_do(name: str) -> None:
    subjects = [subject for subject, _ in plan_for((40, 20), result_format=Format.ICO, **WISHES[name]).describe()]

    wanted = SUBJECTS.get(name, name.replace("_", " "))
    assert wanted in subjects, f"{name} has no line of its own in Plan.describe (imgsvc/transforms/planning/plan.py)"


@pytest.mark.parametrize("name", WISHES)
def test_every_step_does_what_is_wished(name: str) -> None:
    step = next(step for step in STEPS if step.__name__ == name)
    image = noise(40, 20, "RGBA")

    assert step(image, plan_for((40, 20), result_format=Format.ICO, **WISHES[name])) is not image


def test_every_option_that_a_step_reads_is_tried_in_these_properties() -> None:
    names = {each.name for each in fields(ProcessingOptions)}

    tried = set(FIELDS) | ELSEWHERE
    assert tried == names, f"edit FIELDS or ELSEWHERE in tests/transforms/strategies.py: {sorted(tried ^ names)}"
    assert not set(FIELDS) & ELSEWHERE
