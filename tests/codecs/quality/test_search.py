import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.codecs.quality.search import search
from imgsvc.codecs.quality.wish import Wish
from imgsvc.options.saving import AutoqualityMethod

DSSIM, SIZE = AutoqualityMethod.DSSIM, AutoqualityMethod.SIZE
bounds = st.tuples(st.integers(1, 100), st.integers(1, 100)).map(sorted)


class Encoder:
    """A file has as many bytes as its quality, and loses what is left to 100."""

    def __init__(self) -> None:
        self.tried: list[int] = []

    def write(self, quality: int) -> bytes:
        self.tried.append(quality)
        return bytes(quality)

    def loss(self, body: bytes) -> float:
        return (100 - len(body)) / 100


def forever() -> float:
    return math.inf


@given(bounds, st.integers(0, 120))
def test_the_largest_that_fits_is_found(between: list[int], target: int) -> None:
    encoder, (low, high) = Encoder(), between

    found = search(Wish(SIZE, target, low, high, 0), encoder.write, encoder.loss, forever)

    assert found.quality == len(found.body) == max(low, min(high, target))
    assert len(encoder.tried) <= math.ceil(math.log2(high - low + 1)) + 1


@given(bounds, st.integers(0, 100))
def test_the_least_that_loses_no_more_is_found(between: list[int], target: int) -> None:
    encoder, (low, high) = Encoder(), between

    found = search(Wish(DSSIM, target / 100, low, high, 1e-9), encoder.write, encoder.loss, forever)

    assert found.quality == len(found.body) == max(low, min(high, 100 - target))
    assert len(encoder.tried) <= math.ceil(math.log2(high - low + 1)) + 1


@pytest.mark.parametrize("target", [0.0, 0.2, 0.25, 0.3, 1.0])
def test_of_eleven_qualities_four_are_tried_at_most(target: float) -> None:
    encoder = Encoder()

    search(Wish(DSSIM, target, 70, 80, 0.002), encoder.write, encoder.loss, forever)

    assert len(encoder.tried) <= 4


def test_near_enough_is_good_enough() -> None:
    encoder = Encoder()

    found = search(Wish(DSSIM, 0.23, 70, 80, 0.02), encoder.write, encoder.loss, forever)

    assert (found.quality, encoder.tried) == (75, [75])


@pytest.mark.parametrize(("method", "target"), [(DSSIM, 0.9), (DSSIM, 0.0), (SIZE, 90), (SIZE, 0)])
def test_with_little_time_left_what_has_been_tried_is_taken(method: AutoqualityMethod, target: float) -> None:
    encoder = Encoder()

    found = search(Wish(method, target, 1, 100, 0.001), encoder.write, encoder.loss, lambda: 0.5)

    assert encoder.tried == [found.quality]


def test_an_attempt_that_may_not_end_in_time_is_not_begun() -> None:
    """Each takes four seconds of ten."""
    encoder, left = Encoder(), [10.0]

    def write(quality: int) -> bytes:
        left[0] -= 4
        return encoder.write(quality)

    search(Wish(DSSIM, 0.0, 1, 100, 0), write, encoder.loss, lambda: left[0])

    assert len(encoder.tried) == 2
