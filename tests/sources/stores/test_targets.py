"""Twin of imgsvc/sources/stores/targets.py."""

from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.targets import below, is_server, quoted, quoted_value, server


@given(st.text())
def test_a_key_is_read_back_byte_for_byte(key: str) -> None:
    raw = key.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")

    assert unquote_to_bytes(quoted(raw)) == raw.encode("utf-8", "surrogateescape")


@given(st.text())
def test_what_is_quoted_is_sent_as_it_stands(key: str) -> None:
    raw = key.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")

    assert SourceUrl.parse("http://a.example/").asking(f"/{quoted(raw)}").target == f"/{quoted(raw)}"


def test_dots_and_slashes_stay() -> None:
    assert quoted("a/../b//c") == "a/../b//c"


def test_a_value_of_a_parameter_has_no_slash() -> None:
    assert quoted_value("a/b~c") == "a%2Fb~c"


@pytest.mark.parametrize("text", ["a.example", "a.example:81", "http://a.example/p/", "https://[::1]:1"])
def test_a_server_may_be_named_without_a_scheme(text: str) -> None:
    assert is_server(text)


@pytest.mark.parametrize("text", ["ftp://a.example", "http://u:p@a.example", "http://a.example/?sig=x", "http://", ""])
def test_what_holds_a_user_name_or_a_query_is_no_server(text: str) -> None:
    assert not is_server(text)


def test_what_is_below_a_server_keeps_its_path() -> None:
    assert below(server("http://a.example/account/"), "/x").target == "/account/x"
