from dataclasses import replace

import pytest

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.security.limits import Limits, check_resolution, limits_for
from imgsvc.security.settings import LimitSettings

LIMITS = Limits(resolution=100, file_size=0, animation_frames=10, frame_resolution=0, result_dimension=0)
SETTINGS = LimitSettings(
    max_src_resolution=1,
    max_src_file_size=2,
    max_animation_frames=3,
    max_animation_frame_resolution=4,
    max_result_dimension=5,
)


def test_the_settings_hold_where_a_url_says_nothing() -> None:
    assert limits_for(SETTINGS, ProcessingOptions()) == Limits(1, 2, 3, 4, 5)


def test_a_urls_own_limits_replace_the_settings() -> None:
    asked = ProcessingOptions(
        max_src_resolution=10,
        max_src_file_size=-1,
        max_animation_frames=30,
        max_animation_frame_resolution=0,
        max_result_dimension=0,
    )

    assert limits_for(SETTINGS, asked) == Limits(10, -1, 30, 0, 0)


@pytest.mark.parametrize(("size", "frames"), [(Size(10, 10), 1), (Size(5, 4), 5)])
def test_as_many_pixels_as_the_limit_are_fine(size: Size, frames: int) -> None:
    check_resolution(size, frames, LIMITS)


@pytest.mark.parametrize(("size", "frames"), [(Size(101, 1), 1), (Size(5, 4), 6)])
def test_frames_count_together(size: Size, frames: int) -> None:
    with pytest.raises(ResolutionError, match="the limit is 100"):
        check_resolution(size, frames, LIMITS)


def test_a_frames_own_limit_replaces_that_of_all() -> None:
    check_resolution(Size(10, 10), 10, replace(LIMITS, frame_resolution=100))


def test_a_frame_is_held_to_its_own_limit() -> None:
    with pytest.raises(ResolutionError, match="a frame of 3x3 is 9 pixels, and the limit is 8"):
        check_resolution(Size(3, 3), 2, replace(LIMITS, frame_resolution=8))


def test_a_still_image_is_no_frame() -> None:
    check_resolution(Size(10, 10), 1, replace(LIMITS, frame_resolution=1))


def test_a_resolution_of_0_refuses_every_source() -> None:
    with pytest.raises(ResolutionError):
        check_resolution(Size(1, 1), 1, replace(LIMITS, resolution=0))


@pytest.mark.parametrize(
    ("frames", "frame_resolution", "largest"), [(1, 0, 100), (1, 200, 100), (9, 0, 100), (9, 200, 200), (9, 50, 100)]
)
def test_a_single_frame_may_have_what_the_larger_limit_allows(frames: int, frame_resolution: int, largest: int) -> None:
    limits = Limits(100, 0, frames, frame_resolution, 0)

    assert limits.largest_frame == largest
