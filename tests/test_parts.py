"""Twin of imgsvc/parts.py."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.parts import MissingPartError, Parts

WHOLE = bytes(range(200))
spans = st.tuples(st.integers(0, 199), st.integers(1, 80))


def _joined(pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of what is there: where each begins, and how long it is."""
    there = sorted({at for start, length in pieces for at in range(start, min(start + length, len(WHOLE)))})
    begins = [at for at in there if at - 1 not in there]
    return [(at, next(end for end in range(at, len(WHOLE) + 1) if end not in there) - at) for at in begins]


@given(st.lists(spans, max_size=8), spans)
def test_what_is_there_is_as_in_the_file_and_of_what_is_not_it_is_said_where(
    pieces: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    parts = Parts({}, len(WHOLE))
    for start, length in pieces:
        parts = parts.with_piece(start, WHOLE[start : start + length])
    start, length = asked
    end = min(start + length, len(WHOLE))
    is_there = any(begin <= start and end <= begin + length for begin, length in _joined(pieces))

    if is_there:
        assert parts.read(start, length) == WHOLE[start:end]
    else:
        with pytest.raises(MissingPartError) as missing:
            parts.read(start, length)
        assert (missing.value.start, missing.value.end) == (start, end)


@given(st.lists(spans, min_size=1, max_size=8))
def test_pieces_that_touch_are_one(pieces: list[tuple[int, int]]) -> None:
    parts = Parts({}, len(WHOLE))
    for start, length in pieces:
        parts = parts.with_piece(start, WHOLE[start : start + length])

    ends = sorted((start, start + len(piece)) for start, piece in parts.pieces.items())

    assert all(before[1] < after[0] for before, after in pairwise(ends))
    assert parts.there == len({at for start, length in pieces for at in range(start, min(start + length, 200))})


def test_behind_the_end_of_a_file_there_is_nothing() -> None:
    assert Parts.whole(b"abc").read(2, 10) == b"c"
    assert Parts.whole(b"abc").read(3, 10) == b""


def test_of_a_file_whose_size_nobody_knows_what_is_behind_may_be_missing() -> None:
    with pytest.raises(MissingPartError):
        Parts({0: b"abc"}).read(2, 10)


@pytest.mark.parametrize(
    ("parts", "is_whole"),
    [(Parts.whole(b""), True), (Parts({0: b"ab"}, 3), False), (Parts({1: b"bc"}, 3), False), (Parts({0: b"a"}), False)],
)
def test_a_file_is_whole_where_nothing_of_it_is_missing(parts: Parts, is_whole: bool) -> None:
    assert parts.is_whole is is_whole
