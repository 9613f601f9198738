import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.filters import Ramp
from imgsvc.options.geometry import Size
from imgsvc.transforms.filters.ramp import along, levels, mask
from tests.transforms.filters import formulas

sides = st.integers(1, 40)


@given(sides, sides, st.sampled_from([0.0, 90.0, 180.0, 270.0, 12.5, 300.0]), st.floats(0, 0.9))
def test_a_ramp_is_its_formula(width: int, height: int, degrees: float, start: float) -> None:
    found = np.broadcast_to(along(Size(width, height), Ramp(degrees, start, start + 0.1)), (height, width))

    assert np.abs(found - formulas.ramp(width, height, degrees, start, start + 0.1)).max() < 1e-3


@pytest.mark.parametrize("ramp", [Ramp(0), Ramp(90), Ramp(30, 0.2, 0.8), Ramp(200, 0.5, 0.5)])
@pytest.mark.parametrize("most", [255, 1020, 30.5])
def test_levels_are_the_ramp_rounded(ramp: Ramp, most: float) -> None:
    size = Size(700, 150)

    assert np.abs(levels(size, ramp, most) - along(size, ramp) * most).max() <= 0.5 + 1e-3


@pytest.mark.parametrize(("degrees", "full"), [(0, "bottom"), (90, "left"), (180, "top"), (270, "right")])
def test_a_direction_names_the_side_where_the_effect_is_full(degrees: float, full: str) -> None:
    found = np.broadcast_to(along(Size(9, 9), Ramp(degrees)), (9, 9))

    ends = {"bottom": found[-1, 4], "left": found[4, 0], "top": found[0, 4], "right": found[4, -1]}
    assert max(ends, key=lambda side: float(ends[side])) == full


@pytest.mark.parametrize("stop", [0.5, 0.0])
def test_a_ramp_that_stops_before_it_starts_is_a_step(stop: float) -> None:
    assert along(Size(4, 1), Ramp(270, 0.5, stop)).ravel().tolist() == [0, 0, 1, 1]


def test_a_mask_covers_the_picture() -> None:
    found = mask(levels(Size(3, 2), Ramp(0, 0.5, 0.5), 255), Size(3, 2))

    assert list(found.get_flattened_data()) == [0, 0, 0, 255, 255, 255]
