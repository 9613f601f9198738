import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.geometry import Size
from imgsvc.transforms.planning.resampling import Span, resampling, stretching


def test_a_factor_of_one_is_the_whole_side() -> None:
    assert resampling(Size(10, 10), 1, 0.5).across == Span(10, 0, 10)


def test_what_a_shrunk_side_has_too_little_is_cut_off_both_ends() -> None:
    assert resampling(Size(11, 11), 0.4, 0.4).across == Span(4, 0.5, 10.5)


def test_what_a_shrunk_side_has_too_much_is_added_at_both_ends() -> None:
    assert resampling(Size(9, 9), 0.5, 0.5).across == Span(5, -0.5, 9.5)


def test_what_is_enlarged_is_shifted_by_half_a_pixel_of_the_result() -> None:
    found = resampling(Size(10, 10), 2, 4)

    assert (found.across, found.down, found.moves) == (Span(20, -0.25, 9.75), Span(40, -0.125, 9.875), False)


def test_an_axis_that_shrinks_while_the_other_grows_is_moved_afterwards() -> None:
    found = resampling(Size(10, 10), 2, 0.5)

    assert (found.across, found.down, found.moves) == (Span(20, -0.25, 9.75), Span(5, 0, 10), True)


def test_stretching_takes_all_of_the_source() -> None:
    found = stretching(Size(10, 3), Size(7, 7))

    assert (found.size, found.across, found.down) == ((7, 7), Span(7, 0, 10), Span(7, 0, 3))


def test_a_side_never_vanishes() -> None:
    assert resampling(Size(10, 10), 0.001, 0.001).size == (1, 1)


@pytest.mark.parametrize(("factor", "enlarges"), [(0.5, False), (1, False), (1.5, True)])
def test_a_span_knows_whether_it_enlarges(factor: float, enlarges: bool) -> None:
    assert resampling(Size(10, 10), factor, factor).across.enlarges is enlarges


@given(st.integers(1, 5000), st.floats(0.001, 1))
def test_a_span_leaves_the_source_by_less_than_a_pixel_of_the_result(side: int, factor: float) -> None:
    span = resampling(Size(side, 1), factor, 1).across

    assert span.start > -1 / factor
    assert span.end < side + 1 / factor


def test_a_part_of_a_span_stands_for_the_same_places() -> None:
    assert Span(10, -1, 19).part(2, 7) == Span(5, 3, 13)
    assert Span(10, -1, 19).part(0, 10) == Span(10, -1, 19)
