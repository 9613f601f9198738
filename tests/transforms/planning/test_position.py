import pytest
from hypothesis import given

from imgsvc.options.geometry import Box, Gravity, GravityType, Size, Wanted
from imgsvc.transforms.planning.position import Canvas, Cut, canvas, cut, moved, offset, overlap, position
from tests.transforms.strategies import gravities, sizes

G = GravityType
OUTER, INNER = Size(100, 60), Size(20, 20)


@pytest.mark.parametrize(
    ("kind", "corner"),
    [
        (G.CENTER, (40, 20)),
        (G.NORTH, (40, 0)),
        (G.SOUTH, (40, 40)),
        (G.WEST, (0, 20)),
        (G.EAST, (80, 20)),
        (G.NORTH_WEST, (0, 0)),
        (G.SOUTH_EAST, (80, 40)),
    ],
)
def test_gravity_draws_to_its_side(kind: GravityType, corner: tuple[int, int]) -> None:
    assert position(OUTER, INNER, Gravity(kind)) == corner


def test_offsets_run_inwards_from_the_edge() -> None:
    assert position(OUTER, INNER, Gravity(G.SOUTH_EAST, 5, 7)) == (75, 33)


def test_an_offset_below_one_is_a_share_of_the_outer_side() -> None:
    assert position(OUTER, INNER, Gravity(G.NORTH_WEST, 0.1, 0.5)) == (10, 30)


def test_pixels_are_scaled_and_shares_are_not() -> None:
    assert (offset(10, 100, 2), offset(0.1, 100, 2)) == (20, 10)


@pytest.mark.parametrize(("gap", "left"), [(1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (6, 4)])
def test_the_center_rounds_its_half_to_even(gap: int, left: int) -> None:
    assert position(Size(10 + gap, 10), Size(10, 10), Gravity())[0] == left


def test_a_focus_point_is_the_middle_of_what_is_kept() -> None:
    assert position(OUTER, INNER, Gravity(G.FOCUS_POINT, 0.5, 0.5)) == (40, 20)


def test_nothing_leaves_the_outer_area() -> None:
    assert position(OUTER, INNER, Gravity(G.FOCUS_POINT, 1, 0)) == (80, 0)


def test_what_overflows_still_shows_a_pixel() -> None:
    assert position(OUTER, INNER, Gravity(G.NORTH_WEST, 500, -500), overflows=True) == (99, -19)


@given(sizes, sizes, gravities)
def test_a_cut_lies_inside(outer: Size, inner: Size, gravity: Gravity) -> None:
    kept = cut(outer, inner, gravity)
    box = kept.box if kept and kept.box else Box(0, 0, *outer)

    assert 0 <= box.left < box.right <= outer.width
    assert 0 <= box.top < box.bottom <= outer.height


def test_nothing_is_cut_off_an_image_that_is_no_larger() -> None:
    assert cut(OUTER, Wanted(None, 60), Gravity()) is None


def test_only_pixels_know_where_smart_gravity_cuts() -> None:
    assert cut(OUTER, INNER, Gravity(G.SMART)) == Cut(INNER, None)


def test_a_canvas_grows_only_the_sides_that_are_shorter() -> None:
    assert canvas(OUTER, Size(50, 100), Gravity(), 1) == Canvas(Size(100, 100), 0, 20)


def test_no_canvas_where_nothing_grows() -> None:
    assert canvas(OUTER, Wanted(None, 60), Gravity(), 1) is None


def test_an_overlap_is_cut_at_every_edge() -> None:
    assert overlap(Size(10, 10), Size(30, 4), -5, 8) == (0, 8, 10, 10)


def test_what_lies_outside_does_not_overlap() -> None:
    assert overlap(Size(10, 10), Size(5, 5), 10, 0) is None


def test_a_moved_box_keeps_its_size() -> None:
    assert moved(Box(1, 2, 3, 5), 10, -2) == (11, 0, 13, 3)
