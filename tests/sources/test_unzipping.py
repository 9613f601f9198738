"""Twin of imgsvc/sources/unzipping.py."""

from hypothesis import given
from hypothesis import strategies as st

from imgsvc.sources.unzipping import PIECE_BYTES, unzipped
from tests.misbehaving import gzip_bomb, zipped


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=4), st.integers(1, 50))
def test_members_come_out_joined_however_the_body_is_cut(members: list[bytes], size: int) -> None:
    body = b"".join(map(zipped, members))

    pieces = unzipped(iter([body[at : at + size] for at in range(0, len(body), size)]))

    assert b"".join(pieces) == b"".join(members)


@given(st.sampled_from([PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 5 * PIECE_BYTES]))
def test_output_that_fills_pieces_exactly_loses_nothing(size: int) -> None:
    assert b"".join(unzipped(iter([zipped(bytes(size)), zipped(b"end")]))) == bytes(size) + b"end"


def test_no_piece_is_larger_than_promised() -> None:
    assert max(map(len, unzipped(iter([gzip_bomb(3)])))) == PIECE_BYTES
