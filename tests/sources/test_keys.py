"""Twin of imgsvc/sources/keys.py."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key, parse_key


@pytest.mark.parametrize(
    ("url", "key"),
    [
        pytest.param("local:///a/b.jpg", Key("", "a/b.jpg"), id="a path below the root"),
        pytest.param("s3://bucket/a/b.jpg", Key("bucket", "a/b.jpg"), id="a container"),
        pytest.param("local:////a//b.jpg", Key("", "a//b.jpg"), id="leading slashes are dropped, others stay"),
        pytest.param("local:///a%20b%2Fc.jpg", Key("", "a%20b%2Fc.jpg"), id="nothing is percent-decoded"),
        pytest.param("local:///a#b.jpg", Key("", "a#b.jpg"), id="a hash belongs to the key"),
        pytest.param("s3://b/k?v=1?w", Key("b", "k", "v=1?w"), id="cut at the first separator"),
        pytest.param("local:/a", Key("", "a"), id="one slash"),
        pytest.param("local:a", Key("", "a"), id="no slash"),
        pytest.param("local://host", Key("host", ""), id="no key"),
        pytest.param("local://", Key("", ""), id="nothing"),
    ],
)
def test_a_url_is_split(url: str, key: Key) -> None:
    assert parse_key(SourceUrl.parse(url)) == key


def test_another_separator_leaves_question_marks_in_the_key() -> None:
    assert parse_key(SourceUrl.parse("s3://b/what?.jpg|v1"), "|") == Key("b", "what?.jpg", "v1")


def test_an_empty_separator_never_cuts() -> None:
    assert parse_key(SourceUrl.parse("s3://b/what?.jpg"), "") == Key("b", "what?.jpg")


@given(st.text())
def test_any_text_is_split_into_something(text: str) -> None:
    assert isinstance(parse_key(SourceUrl.parse(f"s3:{text}")), Key)
