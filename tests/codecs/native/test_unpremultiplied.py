"""Transparent colors in the Pillow-SIMD that is built here: the same levels on every processor, and in every column."""

import numpy as np
import pytest
from PIL import Image

# Every level of color with every alpha; rows that end at, before and behind a register of four pixels or eight.
LEVELS, ALPHAS = (each.ravel() for each in np.meshgrid(np.arange(256), np.arange(256)))
WIDTHS = [1, 3, 4, 5, 8, 13, 64]


def pixels(width: int) -> np.ndarray:
    """Rows of `width` pixels; the last one is filled up."""
    found = np.stack([LEVELS, 255 - LEVELS, LEVELS // 2, ALPHAS], -1).astype(np.uint8)
    return np.resize(found, (-(-len(found) // width), width, 4))


@pytest.mark.parametrize("width", WIDTHS)
def test_a_color_is_what_is_left_of_it_divided_by_its_alpha(width: int) -> None:
    before = pixels(width)

    after = np.asarray(Image.frombytes("RGBa", (width, len(before)), before.tobytes()).convert("RGBA"))

    color, alpha = before[..., :3].astype(int), before[..., 3:].astype(int)
    assert (after[..., 3:] == alpha).all()
    assert (after[..., :3] == np.where(alpha, np.minimum(255, 255 * color // np.maximum(alpha, 1)), color)).all()


def test_what_is_laid_over_is_mixed_as_exact_division_does() -> None:
    below, above = pixels(64), np.roll(pixels(64), 4321, axis=1)
    layers = [Image.frombytes("RGBA", (64, len(each)), each.tobytes()) for each in (below, above)]

    mixed = np.asarray(Image.alpha_composite(*layers)).astype(int)

    under, over = below[..., 3:].astype(int), above[..., 3:].astype(int)
    total = 255 * over + under * (255 - over)
    weight = np.rint((over * 65_025).astype(np.float32) / np.maximum(total, 1).astype(np.float32)).astype(int)
    sums = above[..., :3].astype(int) * weight + below[..., :3].astype(int) * (255 - weight) + 128
    assert (mixed[..., :3] == np.where(total, sums + (sums >> 8) >> 8, mixed[..., :3])).all()
