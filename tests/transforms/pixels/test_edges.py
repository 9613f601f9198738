import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.transforms.pixels.edges import with_repeated_edges
from tests.images import noise, quadrants


@pytest.mark.parametrize("mode", ["L", "La", "RGB", "RGBa", "F"])
def test_the_image_is_in_the_middle(mode: str) -> None:
    image = noise(6, 5, "RGBA" if mode == "RGBa" else "LA" if mode == "La" else "L" if mode == "F" else mode)
    image = image.convert(mode)

    wide = with_repeated_edges(image, 1, 2, 3, 4)

    assert (wide.size, wide.crop((1, 2, 7, 7)).tobytes()) == ((10, 11), image.tobytes())


def test_each_corner_spreads() -> None:
    image = quadrants(4, 4)

    wide = with_repeated_edges(image, 2, 2, 2, 2)

    corners = [(0, 0), (7, 0), (0, 7), (7, 7)], [(0, 0), (3, 0), (0, 3), (3, 3)]
    assert [wide.getpixel(at) for at in corners[0]] == [image.getpixel(at) for at in corners[1]]


def test_nothing_to_repeat_leaves_the_image_as_it_is() -> None:
    image = noise(6, 5)

    assert with_repeated_edges(image, 0, 0, 0, 0).tobytes() == image.tobytes()


SIDES = st.integers(1, 40)
BESIDE = st.floats(-20, 0.5)


@given(width=SIDES, height=SIDES, columns=SIDES, rows=SIDES, left=BESIDE, top=BESIDE, right=BESIDE, bottom=BESIDE)
@pytest.mark.parametrize("kernel", [Image.Resampling.LANCZOS, Image.Resampling.BICUBIC])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBa"])
def test_a_box_beyond_an_image_stands_for_its_edges_repeated(
    kernel: Image.Resampling, mode: str, width: int, height: int, columns: int, rows: int,
    left: float, top: float, right: float, bottom: float,
) -> None:  # fmt: skip
    image = noise(width, height, "RGBA" if mode == "RGBa" else mode).convert(mode)
    margin = 300
    box = (left, top, width - right, height - bottom) if width > 1 < height else (left, top, width + 1, height + 1)

    found = image.resize((columns, rows), kernel, box=box)

    wide = with_repeated_edges(image, margin, margin, margin, margin)
    wanted = wide.resize((columns, rows), kernel, box=tuple(side + margin for side in box))
    # Each weight is rounded; those of the margins are many.
    assert abs(np.asarray(found, int) - np.asarray(wanted, int)).max() <= 2


@pytest.mark.parametrize("box", [(-1e30, 0, 4, 4), (0, 0, 4, 1e30), (float("nan"), 0, 4, 4)])
def test_a_box_beyond_counting_is_refused(box: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="box"):
        noise(4, 4).resize((2, 2), Image.Resampling.BICUBIC, box=box)
