from dataclasses import FrozenInstanceError, fields

import pytest

from imgsvc.options.geometry import ResizingAlgorithm, ResizingType, ScalingMethod
from imgsvc.options.processing import ProcessingOptions


def test_without_wishes_the_image_is_left_as_it_is() -> None:
    options = ProcessingOptions()

    assert (options.width, options.height, options.resizing_type) == (0, 0, ResizingType.FIT)
    assert options.format is None


def test_options_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ProcessingOptions().width = 1  # type: ignore[misc]


def test_equal_wishes_are_one_key_of_a_dict() -> None:
    assert {ProcessingOptions(width=1): "found"}[ProcessingOptions(width=1)] == "found"


def test_what_the_settings_decide_is_none_until_asked_for() -> None:
    limits = [each.name for each in fields(ProcessingOptions) if each.name.startswith("max_") and each.default is None]

    assert len(limits) == 5


@pytest.mark.parametrize(
    ("options", "finely"),
    [
        (ProcessingOptions(), False),
        (ProcessingOptions(scaling=ScalingMethod.IMGPROXY), False),
        (ProcessingOptions(scaling=ScalingMethod.FINE), True),
        (ProcessingOptions(scaling=ScalingMethod.FINE, resizing_algorithm=ResizingAlgorithm.CUBIC), False),
    ],
)
def test_a_kernel_that_is_named_comes_before_fine_scaling(options: ProcessingOptions, *, finely: bool) -> None:
    assert options.scales_finely is finely
