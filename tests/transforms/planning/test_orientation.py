import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.options.geometry import Box, Gravity, GravityType, Size
from imgsvc.options.orientation import ORIENTATIONS
from imgsvc.options.processing import ProcessingOptions
from imgsvc.transforms.planning.orientation import Turn, turn_of, turn_of_exif
from imgsvc.transforms.planning.position import position
from imgsvc.transforms.rotate import rotate
from tests.transforms.planned import plan_for
from tests.transforms.strategies import gravities, sizes

turns = st.builds(Turn, st.integers(0, 3), st.booleans())


def test_nothing_to_do_is_the_identity() -> None:
    assert turn_of(1, ProcessingOptions()).is_identity


def test_an_unknown_orientation_is_none() -> None:
    assert turn_of(9, ProcessingOptions()) == Turn()


@pytest.mark.parametrize("orientation", [5, 6, 7, 8])
def test_four_orientations_lie_on_their_side(orientation: int) -> None:
    assert turn_of(orientation, ProcessingOptions()).size(Size(3, 2)) == (2, 3)


def test_rotations_beyond_a_full_turn_count_from_the_start() -> None:
    assert turn_of(1, ProcessingOptions(rotate=450)) == Turn(1)


def test_exif_comes_before_rotate_and_rotate_before_flip() -> None:
    options = ProcessingOptions(rotate=90, flip_horizontal=True)

    assert turn_of(6, options) == Turn(2, True)


def test_seen_through_a_mirror_a_rotation_runs_the_other_way() -> None:
    assert turn_of(2, ProcessingOptions(rotate=90)) == Turn(3, True)


def test_two_flips_are_half_a_turn() -> None:
    assert turn_of(1, ProcessingOptions(flip_horizontal=True, flip_vertical=True)) == Turn(2)


@pytest.mark.parametrize(
    ("wanted", "stored"),
    [("no", "we"), ("ea", "no"), ("so", "ea"), ("we", "so"), ("noea", "nowe"), ("soea", "noea"), ("ce", "ce")],
)
def test_a_quarter_turn_is_undone_for_gravity(wanted: str, stored: str) -> None:
    kinds = {each.word: each for each in GravityType}

    assert Turn(1).undo(Gravity(kinds[wanted])).type is kinds[stored]


def test_a_focus_point_turns_with_the_picture() -> None:
    assert Turn(1).undo(Gravity(GravityType.FOCUS_POINT, 0.25, 0.75)) == Gravity(GravityType.FOCUS_POINT, 0.75, 0.75)


def test_offsets_from_an_edge_keep_running_inwards() -> None:
    mirrored = Turn(0, True).undo(Gravity(GravityType.EAST, 5, 7))

    assert mirrored == Gravity(GravityType.WEST, 5, 7)


def test_offsets_from_the_center_change_sides() -> None:
    assert Turn(0, True).undo(Gravity(GravityType.NORTH, 5, 7)) == Gravity(GravityType.NORTH, -5, 7)


@given(turns)
def test_smart_gravity_is_the_same_however_the_picture_lies(turn: Turn) -> None:
    smart = Gravity(GravityType.SMART)

    assert turn.undo(smart) == smart


@given(turns, sizes, gravities.filter(lambda each: each.type is not GravityType.SMART))
def test_cropping_before_a_turn_keeps_what_cropping_after_it_keeps(turn: Turn, upright: Size, gravity: Gravity) -> None:
    """To the pixel that rounding moves the center by, and as much again where fractions of sides are rounded."""
    inner = Size((upright.width + 1) // 2, (upright.height + 1) // 2)
    after = position(upright, inner, gravity)

    before = position(turn.size(upright), turn.size(inner), turn.undo(gravity))

    left, top = _upright(before, turn, turn.size(upright), turn.size(inner))
    assert abs(left - after[0]) <= 2
    assert abs(top - after[1]) <= 2


def _upright(corner: tuple[int, int], turn: Turn, outer: Size, inner: Size) -> tuple[int, int]:
    """Where a box lies after the turn, found by turning it a quarter at a time."""
    (x, y), (width, height), (w, h) = corner, outer, inner
    for _ in range(turn.quarters):
        x, y, width, height, w, h = height - y - h, x, height, width, h, w
    return (width - x - w if turn.mirrored else x), y


@given(turn=turns, data=st.data(), width=st.integers(1, 9), height=st.integers(1, 9))
def test_a_box_before_a_turn_holds_what_the_box_after_it_holds(
    turn: Turn, data: st.DataObject, width: int, height: int
) -> None:
    left, top = data.draw(st.integers(0, width - 1)), data.draw(st.integers(0, height - 1))
    box = Box(left, top, data.draw(st.integers(left + 1, width)), data.draw(st.integers(top + 1, height)))
    stored = Image.frombytes("L", turn.size(Size(width, height)), bytes(range(width * height)))
    plan = plan_for(stored.size, orientation=next(each for each in ORIENTATIONS if turn_of_exif(each) == turn))

    before = stored.crop(turn.undo_box(box, Size(width, height)))

    assert rotate(before, plan).tobytes() == rotate(stored, plan).crop(box).tobytes()
