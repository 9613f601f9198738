"""What the Pillow-SIMD that is built here does not make smaller; the rest is in tests/transforms/test_scale.py."""

import pytest
from PIL import Image

from tests.images import solid

WHOLE = (8, 0.0, 8.0, 0, 8)


@pytest.mark.parametrize(
    "span",
    [
        pytest.param((0, 0.0, 8.0, 0, 0), id="no pixels"),
        pytest.param((9, 0.0, 8.0, 0, 9), id="more than there are"),
        pytest.param((8, 0.0, 4.0, 0, 8), id="more than it stands for"),
        pytest.param((4, 0.0, 8.0, -1, 4), id="a part before the first"),
        pytest.param((4, 0.0, 8.0, 0, 5), id="a part behind the last"),
        pytest.param((4, 0.0, 8.0, 2, 2), id="an empty part"),
        pytest.param((4, -1e30, 8.0, 0, 4), id="a beginning beyond counting"),
        pytest.param((4, 0.0, 1e30, 0, 4), id="an end beyond counting"),
        pytest.param((4, float("nan"), 8.0, 0, 4), id="a beginning that is no number"),
        pytest.param((4, 0.0, float("nan"), 0, 4), id="an end that is no number"),
    ],
)
def test_a_span_that_is_none_is_refused(span: tuple[int, float, float, int, int]) -> None:
    image = solid(8, 8).im

    with pytest.raises(ValueError, match="not a span"):
        image.shrink(span, WHOLE)
    with pytest.raises(ValueError, match="not a span"):
        image.shrink(WHOLE, span)


@pytest.mark.parametrize("mode", ["1", "P", "PA", "I", "F", "I;16"])
def test_pixels_that_are_not_levels_are_refused(mode: str) -> None:
    image = Image.new(mode, (8, 8)).im

    with pytest.raises(ValueError, match="wrong mode"):
        image.shrink(WHOLE, WHOLE)
    with pytest.raises(ValueError, match="wrong mode"):
        image.means(2, 2)


@pytest.mark.parametrize("block", [(0, 1), (1, 0), (9, 1), (1, 9), (-1, 1)])
def test_a_block_that_is_not_of_the_image_is_refused(block: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="not a block"):
        solid(8, 8).im.means(*block)


def test_what_stands_for_far_more_than_there_is_keeps_its_color() -> None:
    small = solid(8, 1, 200, "L").im.shrink(WHOLE, (1, -500.0, 501.0, 0, 1))

    assert small.getextrema() == (200, 200)


@pytest.mark.parametrize("count", [128, 129, 65_536, 65_537, 1_000_000])
def test_the_mean_of_a_block_of_any_size_has_its_brightness(count: int) -> None:
    """Of a reciprocal of 24 bits nothing would be left for the largest."""
    across, down = solid(count, 1, 200, "L"), solid(1, count, 200, "L")

    levels = across.im.means(count, 1).getextrema() + down.im.means(1, count).getextrema()

    assert 199 <= min(levels) <= max(levels) <= 200
