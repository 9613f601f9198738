from dataclasses import replace

import pytest
from hypothesis import assume, given, reject, settings
from hypothesis import strategies as st

from imgsvc.errors import RequestTimeoutError, ResolutionError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import STEPS, transform
from imgsvc.transforms.plan import Plan, SourceShape, plan
from tests.images import noise, quadrants
from tests.transforms.planned import plan_for
from tests.transforms.strategies import formats, options, shapes

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
        after = step(image, found)
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
        transform(quadrants(), plan_for((40, 20)), scope)


def test_a_plan_is_a_value() -> None:
    found = plan_for((40, 20))

    assert replace(found) == found
