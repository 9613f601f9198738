import pytest

from imgsvc.options.geometry import Size, Wanted
from imgsvc.transforms.planning.rounding import half_away, half_even, larger_of, scaled, smaller_of


@pytest.mark.parametrize(("value", "rounded"), [(0.5, 1), (1.5, 2), (2.5, 3), (-2.5, -3), (2.49, 2), (0, 0)])
def test_half_of_a_size_goes_away_from_zero(value: float, rounded: int) -> None:
    assert half_away(value) == rounded


def test_what_is_just_below_a_half_is_not_a_half() -> None:
    assert half_away(0.49999999999999994) == 0


@pytest.mark.parametrize(("value", "rounded"), [(0.5, 0), (1.5, 2), (2.5, 2), (-2.5, -2)])
def test_half_of_an_offset_goes_to_the_even_neighbor(value: float, rounded: int) -> None:
    assert half_even(value) == rounded


def test_a_scaled_side_never_vanishes() -> None:
    assert scaled(Size(1000, 1), 0.001, 0.001) == (1, 1)


def test_a_side_that_is_not_asked_for_stays_as_it_is() -> None:
    assert smaller_of(Wanted(None, 2), Size(7, 3)) == (7, 2)
    assert larger_of(Wanted(None, 5), Size(7, 3)) == (7, 5)


def test_what_is_asked_for_counts_where_it_is_the_smaller_or_the_larger_one() -> None:
    assert smaller_of(Wanted(1, 5), Size(7, 3)) == (1, 3)
    assert larger_of(Wanted(1, 5), Size(7, 3)) == (7, 5)
