"""Twin of imgsvc/sources/network/unzipping.py."""

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import SourceIncompleteError
from imgsvc.sources.network.unzipping import PIECE_BYTES, decoder, inflated, unzipped
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


@pytest.mark.parametrize("behind", [bytes(1), bytes(100_000), b"garbage", b"\x1f", b"\0\0\x1fgarbage"], ids=range(5))
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_what_is_behind_the_last_member_is_passed_over(behind: bytes, size: int) -> None:
    body = zipped(b"one") + zipped(b"two") + behind

    pieces = unzipped(iter([body[at : at + size] for at in range(0, len(body), size)]))

    assert b"".join(pieces) == b"onetwo"


def test_zeros_between_two_members_are_passed_over() -> None:
    assert b"".join(unzipped(iter([zipped(b"one") + bytes(9), bytes(9) + zipped(b"two")]))) == b"onetwo"


@given(st.binary(max_size=300) | st.integers(0, 300_000).map(bytes), st.integers(1, 50), st.booleans())
def test_deflate_comes_out_with_and_without_its_header(body: bytes, size: int, has_header: bool) -> None:
    packed = zlib.compress(body, wbits=15 if has_header else -15)

    pieces = inflated(iter([packed[at : at + size] for at in range(0, len(packed), size)]))

    assert b"".join(pieces) == body


@pytest.mark.parametrize("body", [b"", b"x", zlib.compress(b"text")[:-1], b"x\x9cno deflate", b"\xff\xff\xff"])
def test_broken_deflate_is_an_incomplete_answer(body: bytes) -> None:
    with pytest.raises(SourceIncompleteError, match="deflate"):
        list(inflated(iter([body])))


def test_no_piece_of_deflate_is_larger_than_promised() -> None:
    assert max(map(len, inflated(iter([zlib.compress(bytes(3 << 20))])))) == PIECE_BYTES


@pytest.mark.parametrize(
    ("content_encoding", "found"),
    [
        ("gzip", unzipped), ("x-gzip", unzipped), (" GZip ", unzipped), ("gzip, identity", unzipped),
        ("deflate", inflated), ("", None), ("identity", None), ("br", None), ("utf-8", None), ("gzip, br", None),
        ("gzip, gzip", None), ("gzip, gzip, gzip", None),
    ],
)  # fmt: skip
def test_one_coding_is_undone_and_no_more(content_encoding: str, found: object) -> None:
    assert decoder(content_encoding) is found
