"""Twin of imgsvc/sources/validators.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.sources.validators import Span, is_current, is_in_bytes, may_resume, requested_span

VALIDATORS = {"etag": '"a"', "last-modified": "Wed, 21 Oct 2015 07:28:00 GMT"}
BEFORE, AFTER = "Wed, 21 Oct 2015 07:27:59 GMT", "Wed, 21 Oct 2015 07:28:01 GMT"


@pytest.mark.parametrize("tags", ['"a"', 'W/"a"', '"b", "a"', "*", ' "a" ', "a"])
def test_a_matching_tag_is_current(tags: str) -> None:
    assert is_current(VALIDATORS, {"if-none-match": tags})


@pytest.mark.parametrize("since", [VALIDATORS["last-modified"], AFTER, "Wed, 21 Oct 2015 07:28:00 -0000"])
def test_no_change_since_is_current(since: str) -> None:
    assert is_current(VALIDATORS, {"if-modified-since": since})


@pytest.mark.parametrize(
    "headers",
    [
        {}, {"if-none-match": '"b"'}, {"if-none-match": "b"}, {"if-modified-since": BEFORE},
        {"if-modified-since": "nonsense"}, {"if-modified-since": ""},
    ],
)  # fmt: skip
def test_anything_else_is_not(headers: dict[str, str]) -> None:
    assert not is_current(VALIDATORS, headers)


def test_a_tag_that_a_store_gives_without_quotes_is_met_with_them_and_without() -> None:
    assert [is_current({"etag": "a"}, {"if-none-match": each}) for each in ('"a"', "a", 'W/"a"')] == [True] * 3


@pytest.mark.parametrize("headers", [{"if-none-match": '""'}, {"if-modified-since": AFTER}, {"if-none-match": "a"}])
def test_what_has_no_validators_is_not_current(headers: dict[str, str]) -> None:
    assert not is_current({}, headers)


def test_a_tag_outweighs_a_date() -> None:
    assert not is_current(VALIDATORS, {"if-none-match": '"b"', "if-modified-since": AFTER})


@pytest.mark.parametrize(
    ("header", "span"),
    [
        ("bytes=0-9", Span(0, 9)), ("bytes=5-", Span(5, 99)), ("bytes=0-999", Span(0, 99)),
        ("bytes=99-99", Span(99, 99)), ("bytes=-10", Span(90, 99)), ("bytes=-500", Span(0, 99)),
        ("bytes=1-2,5-6", Span(1, 2)), ("Bytes=1-2", Span(1, 2)),
    ],
)  # fmt: skip
def test_the_first_range_is_given_as_far_as_the_file_goes(header: str, span: Span) -> None:
    assert requested_span(header, 100) == span


@pytest.mark.parametrize(
    "header", ["bytes=100-", "bytes=9-5", "bytes=-", "bytes=*", "bytes", "", "lines=0-9", "bytes=a-b", "bytes=-0"]
)
def test_a_range_that_cannot_be_given_is_none(header: str) -> None:
    assert requested_span(header, 100) is None


@pytest.mark.parametrize(("header", "is_one"), [("Bytes = 0-1", True), ("bytes=x", True), ("lines=0-1", False)])
def test_the_unit_of_a_range_is_what_stands_before_it(header: str, is_one: bool) -> None:
    assert is_in_bytes(header) is is_one


@pytest.mark.parametrize("known", ["", '"a"', ' "a" ', VALIDATORS["last-modified"]])
def test_a_download_of_the_same_version_goes_on(known: str) -> None:
    assert may_resume(VALIDATORS, {"if-range": known})


@pytest.mark.parametrize("known", ['"b"', 'W/"a"', AFTER, BEFORE, "*", '"a", "b"', "nonsense"])
def test_a_download_of_anything_else_begins_again(known: str) -> None:
    assert not may_resume(VALIDATORS, {"if-range": known})


@given(st.text(), st.integers(0, 10))
def test_any_header_has_an_answer_within_the_file(text: str, size: int) -> None:
    span = requested_span(f"bytes={text}", size)

    assert span is None or 0 <= span.first <= span.last < size


@given(st.text())
def test_any_date_has_an_answer(text: str) -> None:
    assert is_current(VALIDATORS, {"if-modified-since": text}) in (True, False)
