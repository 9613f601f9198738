"""Twin of imgsvc/sources/stores/azure/signing.py."""

from base64 import b64encode
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.azure.signing import SharedAccess, SharedKey, access_query, account_key, string_to_sign
from imgsvc.sources.stores.targets import quoted

URL = SourceUrl.parse("https://a.example/")
KEY = b64encode(b"hush").decode()


def test_what_is_signed_is_laid_out_as_azure_documents_it() -> None:
    headers = {"x-ms-version": "2021-12-02", "x-ms-date": "now", "range": "bytes=0-", "if-none-match": '"t"'}

    text = string_to_sign("account", "/shop/a%20b", headers)

    lines = ["GET", "", "", "", "", "", "", "", "", '"t"', "", "bytes=0-", "x-ms-date:now", "x-ms-version:2021-12-02"]
    assert text == "\n".join([*lines, "/account/shop/a%20b"])


def test_what_is_kept_is_signed_with_its_length_and_what_is_listed_with_its_query() -> None:
    kept = string_to_sign("a", "/shop/b", {"content-length": "4"}, "PUT")
    listed = string_to_sign("a", "/shop?restype=container&comp=list&prefix=k%2F", {})

    assert kept.split("\n")[:4] == ["PUT", "", "", "4"]
    assert listed.split("\n")[-4:] == ["/a/shop", "comp:list", "prefix:k/", "restype:container"]


def test_a_request_is_signed_at_its_time() -> None:
    ask = SharedKey("account", KEY, lambda: 1445412480).signed(URL, "/shop/a%20b", {"x-ms-version": "2021-12-02"})

    assert ask.headers["x-ms-date"] == "Wed, 21 Oct 2015 07:28:00 GMT"
    assert ask.headers["authorization"] == "SharedKey account:oq1mYlXWK/PcsbVm2nyt6FvxiIsSYvHgOPp1EjWsg5E="


@given(st.text(min_size=1), st.text(min_size=1))
def test_two_keys_are_never_signed_alike(one: str, other: str) -> None:
    texts = {string_to_sign("a", f"/c/{quoted(key)}", {}) for key in map(_escaped, (one, other))}

    assert len(texts) == len({one, other})


def test_a_shared_access_signature_is_put_behind_the_url() -> None:
    signing = SharedAccess("?sv=2021-12-02&sig=a%2fb%2Bc%3d&se=2030-01-01T00:00Z")

    ask = signing.signed(URL, "/shop/a%20b", {"a": "b"})

    assert ask.target == "/shop/a%20b?sv=2021-12-02&sig=a%2Fb%2Bc%3D&se=2030-01-01T00%3A00Z"
    assert "sig" not in f"{ask!r} {ask.url}"


def test_or_behind_its_query() -> None:
    ask = SharedAccess("sv=1&sig=a").signed(URL, "/shop?comp=list", {}, "PUT", b"data")

    assert (ask.target, ask.method, ask.body) == ("/shop?comp=list&sv=1&sig=a", "PUT", b"data")


@given(st.binary(min_size=1))
def test_a_signature_is_read_back_as_it_was_given(signature: bytes) -> None:
    text = b64encode(signature).decode()

    assert dict(parse_qsl(access_query(f"sv=1&sig={quoted(text).replace('/', '%2F')}")))["sig"] == text


@pytest.mark.parametrize("token", ["", "sig=a", "sv=1", "https://a.example/?sv", "sv=1&&sig=a"])
def test_what_is_no_shared_access_signature_is_refused(token: str) -> None:
    with pytest.raises(ValueError):
        access_query(token)


@pytest.mark.parametrize("key", ["not base64!", "abc"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(ValueError):
        account_key(key)


def _escaped(text: str) -> str:
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
