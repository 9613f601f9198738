import pytest

from imgsvc.options.geometry import Gravity, GravityType, Size, Wanted
from imgsvc.transforms.planning.bounds import MAX_PIXELS
from imgsvc.transforms.planning.loading import (
    FINE_MARGIN,
    Loading,
    freely,
    from_thumbnail,
    guarded,
    raster,
    rescaled,
    shrunk_crop,
    shrunk_gravity,
    vector,
)
from imgsvc.transforms.planning.resampling import resampling
from imgsvc.transforms.planning.scaling import Scaling

SOURCE = Size(1000, 500)
JPEG = (8, 4, 2)


@pytest.mark.parametrize(("factor", "shrink"), [(1, 1), (0.6, 1), (0.5, 2), (0.3, 2), (0.2, 4), (0.01, 8)])
def test_no_more_is_shrunk_on_load_than_leaves_enough(factor: float, shrink: int) -> None:
    assert raster(SOURCE, Scaling(factor, factor, 1), JPEG).shrink == shrink


@pytest.mark.parametrize(
    ("factor", "shrink"), [(0.6, 1), (0.28, 1), (512 / 1920, 2), (0.25, 2), (0.2, 2), (0.125, 4), (0.01, 8)]
)
def test_with_a_margin_more_is_left_by_a_decoder(factor: float, shrink: int) -> None:
    assert raster(SOURCE, Scaling(factor, factor, 1), JPEG, FINE_MARGIN).shrink == shrink


@pytest.mark.parametrize(("factor", "size"), [(0.6, SOURCE), (0.3, (600, 300)), (0.1, (200, 100))])
def test_with_a_margin_a_decoder_that_scales_gives_more(factor: float, size: tuple[int, int]) -> None:
    assert freely(SOURCE, Scaling(factor, factor, 1), 2.0).size == size


@pytest.mark.parametrize(("factor", "width"), [(0.5, 4096), (0.9, 7373), (0.2, 2949)])
def test_with_a_margin_no_more_is_held_than_eight_megapixels_or_what_is_needed(factor: float, width: int) -> None:
    found = freely(Size(8192, 4096), Scaling(factor, factor, 1), FINE_MARGIN)

    assert found.size == pytest.approx((width, width / 2), abs=2)


@pytest.mark.parametrize(("factor", "size"), [(0.15, (320, 160)), (0.2, (640, 320)), (0.4, SOURCE)])
def test_with_a_margin_a_larger_thumbnail_is_taken(factor: float, size: tuple[int, int]) -> None:
    copies = (Size(640, 320), Size(320, 160))

    assert from_thumbnail(SOURCE, Scaling(factor, factor, 1), copies, FINE_MARGIN) == Loading(Size(*size))


def test_the_axis_that_needs_most_decides() -> None:
    assert raster(SOURCE, Scaling(0.1, 0.5, 1), JPEG).shrink == 2


def test_a_block_that_lies_partly_beside_the_picture_is_not_counted() -> None:
    assert raster(Size(1007, 503), Scaling(0.1, 0.1, 1), JPEG) == Loading(Size(125, 62), 8)


def test_without_shrinks_everything_is_decoded() -> None:
    assert raster(SOURCE, Scaling(0.1, 0.1, 1), ()) == Loading(SOURCE)


@pytest.mark.parametrize(("factor", "size"), [(2, SOURCE), (1, SOURCE), (0.3, (300, 150)), (0.0001, (2, 1))])
def test_a_decoder_that_scales_gives_just_what_is_needed(factor: float, size: tuple[int, int]) -> None:
    assert freely(SOURCE, Scaling(factor, factor, 1)).size == size


@pytest.mark.parametrize(("factor", "size"), [(0.7, SOURCE), (0.5, SOURCE), (0.4, (400, 200))])
def test_made_little_smaller_all_is_decoded_where_that_costs_nothing(factor: float, size: tuple[int, int]) -> None:
    assert freely(SOURCE, Scaling(factor, factor, 1), whole_up_to=2.0).size == size


def test_but_no_more_than_eight_megapixels_are_held_for_it() -> None:
    assert freely(Size(8192, 4096), Scaling(0.5, 0.5, 1), whole_up_to=2.0).size == (4096, 2048)


@pytest.mark.parametrize(
    ("factor", "size"),
    [(0.2, (320, 160)), (0.32, (320, 160)), (0.33, (640, 320)), (0.65, SOURCE), (1, SOURCE), (2, SOURCE)],
)
def test_the_smallest_thumbnail_serves_that_need_not_be_enlarged(factor: float, size: tuple[int, int]) -> None:
    copies = (Size(640, 320), Size(320, 160))

    assert from_thumbnail(SOURCE, Scaling(factor, factor, 1), copies) == Loading(Size(*size))


def test_the_axis_that_needs_most_decides_of_a_thumbnail_too() -> None:
    assert from_thumbnail(SOURCE, Scaling(0.2, 0.4, 1), (Size(320, 160),)) == Loading(SOURCE)


def test_a_vector_image_is_drawn_at_the_size_that_is_needed() -> None:
    assert vector(SOURCE, Scaling(2, 2, 1)).size == (2000, 1000)


def test_a_vector_image_is_never_drawn_beyond_memory() -> None:
    drawn = vector(SOURCE, Scaling(1e6, 1e6, 1)).size

    assert drawn.width * drawn.height == pytest.approx(MAX_PIXELS, rel=0.01)


def test_a_vector_image_above_the_limit_is_made_smaller() -> None:
    assert guarded(SOURCE, 125_000) == (500, 250)


@pytest.mark.parametrize("limit", [0, 500_000])
def test_a_vector_image_within_the_limit_keeps_its_size(limit: int) -> None:
    assert guarded(SOURCE, limit) == SOURCE


def test_nothing_is_left_to_scale_where_the_decoder_did_it_all() -> None:
    assert rescaled(SOURCE, Loading(Size(500, 250), 2), Scaling(0.5, 0.5, 1)) == (1, 1)


def test_a_crop_shrinks_with_what_is_decoded_and_never_vanishes() -> None:
    assert shrunk_crop(Wanted(3, 100), SOURCE, Loading(Size(125, 62), 8)) == (1, 12)


def test_a_side_that_is_not_cropped_stays_uncropped() -> None:
    assert shrunk_crop(Wanted(None, 100), SOURCE, Loading(Size(500, 250), 2)) == (None, 50)


def test_offsets_in_pixels_shrink_and_shares_do_not() -> None:
    found = shrunk_gravity(Gravity(GravityType.NORTH, 7, 0.3), SOURCE, Loading(Size(500, 250), 2))

    assert found == Gravity(GravityType.NORTH, 4, 0.3)


def test_a_focus_point_stays_where_it_is() -> None:
    point = Gravity(GravityType.FOCUS_POINT, 1, 1)

    assert shrunk_gravity(point, SOURCE, Loading(Size(500, 250), 2)) == point


def test_a_side_that_ends_at_a_half_ends_there_after_loading_too() -> None:
    """600x800 fitted into 48x22 is 16.5 wide: 17, however it is decoded."""
    factor = 1 / (800 / 22)

    x, _ = rescaled(Size(600, 800), Loading(Size(75, 100), 8), Scaling(factor, factor, 1))

    assert resampling(Size(75, 100), x, x).size == (17, 22)
