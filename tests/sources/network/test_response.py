"""Twin of imgsvc/sources/network/response.py: what whole answers come to is in test_truths.py."""

import http.client

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.sources.network.response import body_length, fields_of, is_chunked


@pytest.mark.parametrize(
    ("lines", "fields"),
    [
        ([b"A: b\r\n", b"C:d\n"], [("A", "b"), ("C", "d")]),
        ([b"A: \t b \t\r\n"], [("A", "b")]),
        ([b"A: b\r\n", b" c\r\n", b"\td\r\n"], [("A", "b c d")]),
        ([b" c\r\n", b"A: b\r\n"], [("A", "b")]),
        ([b"no colon\r\n", b": no name\r\n", b"no name: b\r\n", b"A: b\r\n"], [("A", "b")]),
        ([b"A : b\r\n"], [("A", "b")]),
        ([b"A: b\rLocation: c\r\n"], [("A", "b Location: c")]),
        ([b"A: \xe9\r\n"], [("A", "\xe9")]),
        ([b"A:\r\n"], [("A", "")]),
        ([b"A: b\nC: d\r\n"], [("A", "b C: d")]),
    ],
)
def test_a_line_is_a_field_or_nothing(lines: list[bytes], fields: list[tuple[str, str]]) -> None:
    assert fields_of(lines) == fields


@given(st.lists(st.binary(max_size=20)))
def test_no_value_holds_the_end_of_a_line(lines: list[bytes]) -> None:
    for name, value in fields_of(lines):
        assert not {"\r", "\n"} & {*name, *value}


@pytest.mark.parametrize(
    ("values", "length"),
    [([], None), (["3"], 3), (["3", "3"], 3), (["3, 3"], 3), (["0"], 0), (["00"], 0), (["9" * 18], int("9" * 18))],
)
def test_a_length_is_one_number(values: list[str], length: int | None) -> None:
    assert body_length([("content-LENGTH", each) for each in values]) == length


@pytest.mark.parametrize(
    "values", [[""], ["+3"], ["-3"], ["3", "4"], ["3, 4"], ["3.0"], ["0x3"], ["9" * 19], ["\u0663"]]
)
def test_anything_else_is_no_length(values: list[str]) -> None:
    with pytest.raises(http.client.HTTPException):
        body_length([("Content-Length", each) for each in values])


@pytest.mark.parametrize(
    ("values", "found"), [([], False), (["chunked"], True), (["Chunked"], True), (["identity"], False)]
)
def test_a_body_comes_in_chunks_or_as_it_is(values: list[str], found: bool) -> None:
    assert is_chunked([("Transfer-Encoding", each) for each in values]) is found


@pytest.mark.parametrize("values", [["gzip"], ["gzip, chunked"], ["chunked", "chunked"], ["chunked, gzip"], [""]])
def test_another_transfer_coding_cannot_be_undone(values: list[str]) -> None:
    with pytest.raises(http.client.HTTPException):
        is_chunked([("Transfer-Encoding", each) for each in values])
