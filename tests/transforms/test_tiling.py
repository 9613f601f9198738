import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.tiling import Grid, grid, tiled
from tests.images import solid


@pytest.mark.parametrize(
    ("side", "mark", "gap", "found"),
    [
        (30, 10, 0, Grid(10, (0, -10))),
        (40, 10, 0, Grid(10, (5, -5))),
        (20, 10, 2, Grid(12, (5, -7))),
        (8, 10, 0, Grid(10, (9, -1))),
        (100, 10, 10**9, Grid(10**9 + 10, (45, 45 - 10**9 - 10))),
    ],
)
def test_the_middle_tile_is_in_the_middle(side: int, mark: int, gap: int, found: Grid) -> None:
    assert grid(side, mark, gap) == found


@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 20))
def test_tiles_repeat_over_the_whole_side(side: int, mark: int, gap: int) -> None:
    row = bytes(range(1, mark + 1))
    layer = tiled(Image.frombytes("L", (mark, 1), row), Size(side, 1), grid(side, mark, gap), Grid(1, (0,)))

    tile = mark + gap
    start = gap // 2 - ((-(-side // tile) | 1) * tile - side) // 2
    wanted = [(x - start) % tile for x in range(side)]
    assert layer.tobytes() == bytes(row[at] if at < mark else 0 for at in wanted)


def test_a_mark_of_one_pixel_covers_a_large_image_at_once() -> None:
    layer = tiled(solid(1, 1, 7, "L"), Size(3000, 3000), grid(3000, 1, 0), grid(3000, 1, 0))

    assert layer.getextrema() == (7, 7)
