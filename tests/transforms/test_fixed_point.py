from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.options.geometry import Size
from imgsvc.transforms.fixed_point import _band, averaged, shrunk
from imgsvc.transforms.resampling import Span, resampling, stretching


def row(values: list[int], count: int) -> list[int]:
    """One row of gray, shrunk to `count` pixels."""
    pixels = np.array(values, np.uint8).reshape(1, -1, 1)
    return shrunk(pixels, stretching(Size(len(values), 1), Size(count, 1))).ravel().tolist()


# What `vips resize` of libvips 8.18.7 makes of them.
@pytest.mark.parametrize(
    ("values", "result"),
    [
        pytest.param([0, 36, 73, 109, 146, 182, 219, 255], [28, 127, 226], id="a ramp"),
        pytest.param([0] * 20 + [255] * 20, [0, 128, 255], id="an edge, averaged in blocks first"),
        pytest.param([0, 255] * 10, [105, 133, 126, 128, 129, 122, 150], id="fine bars"),
        pytest.param(
            [(37 * number) % 256 for number in range(41)], [95, 122, 119, 134], id="a last block that is not full"
        ),
    ],
)
def test_it_gives_libvips_levels(values: list[int], result: list[int]) -> None:
    assert row(values, len(result)) == result


def test_rows_and_columns_are_shrunk_alike() -> None:
    pixels = np.arange(60, dtype=np.uint8).reshape(10, 6, 1) * 4

    across = shrunk(pixels, stretching(Size(6, 10), Size(3, 10)))
    down = shrunk(pixels.swapaxes(0, 1), stretching(Size(10, 6), Size(10, 3)))

    assert (across == down.swapaxes(0, 1)).all()


def test_blocks_are_averaged_with_the_edge_repeated() -> None:
    pixels = np.array([[0, 10, 20], [30, 40, 50]], np.uint8)[..., None]

    assert averaged(pixels, Size(2, 2))[..., 0].tolist() == [[20, 35]]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_what_is_of_one_color_keeps_it_to_a_level(width: int, count: int, level: int) -> None:
    values = [level] * max(width, count)

    assert all(abs(each - level) <= 1 for each in row(values, count))


@given(st.data(), st.integers(1, 100_000))
def test_a_pixel_is_made_of_a_band_and_never_of_a_whole_side(data: st.DataObject, side: int) -> None:
    count = data.draw(st.integers(1, min(side, 2000)))
    block = max(1, side // count // 2)

    band = _band(count, side / count / block, 0.0)

    assert band.weights.shape[1] <= 25


@given(st.integers(1, 300), st.floats(0.05, 1))
def test_a_long_side_is_shrunk_as_its_parts_are(side: int, factor: float) -> None:
    pixels = np.arange(side * 3, dtype=np.uint8).reshape(side, 3, 1)
    how = resampling(Size(3, side), 1, factor)

    at_once, wide = shrunk(pixels, how), shrunk(np.repeat(pixels, 2, axis=1), replace(how, across=Span(6, 0, 6)))

    assert (np.repeat(at_once, 2, axis=1) == wide).all()
