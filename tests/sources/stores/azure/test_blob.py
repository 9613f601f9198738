"""Twin of imgsvc/sources/stores/azure/blob.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.azure.blob import VERSION, AzureBlob
from imgsvc.sources.stores.signing import Unsigned
from imgsvc.sources.stores.store import Order, Store
from tests.sources.stores.desks import target

STORE: Store = AzureBlob(SourceUrl.parse("http://127.0.0.1:10000/account/"), Unsigned("nowhere"))


def test_a_blob_is_asked_for_below_the_endpoint() -> None:
    ask = STORE.ask(Key("shop", "a b/ü"), {"range": "bytes=0-"})

    assert target(ask) == "/account/shop/a%20b/%C3%BC"
    assert ask.headers == {"range": "bytes=0-", "x-ms-version": VERSION}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(Key("shop", "a/b c")), "GET /account/shop/a/b%20c"),
        (Order(Key("shop", "a"), "PUT"), "PUT /account/shop/a"),
        (Order(Key("shop", ""), query={"comp": "list", "prefix": "a/"}), "GET /account/shop?comp=list&prefix=a%2F"),
    ],
)
def test_what_is_ours_is_read_kept_and_listed(order: Order, expected: str) -> None:
    ask = STORE.order(order)

    assert f"{ask.method} {target(ask)}" == expected
    assert ("x-ms-blob-type" in ask.headers) == (order.method == "PUT")


def test_a_version_is_passed_over() -> None:
    assert target(STORE.ask(Key("shop", "a", "2026-01-01"), {})) == "/account/shop/a"


@pytest.mark.parametrize("name", ["abc", "a-b-c", "9shop", "a" * 63, "$root", "$web"])
def test_a_container_has_a_name(name: str) -> None:
    STORE.check(name)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "Shop", "-abc", "abc-", "a--b", "a.b", "..", "$logs", "a/b", "x@169.254.169.254:80", "a" * 64, "abc\n"],
)
def test_what_is_no_name_of_a_container_is_refused(name: str) -> None:
    with pytest.raises(SourceUnreachableError):
        STORE.check(name)


def test_it_says_who_is_asked_and_what_it_signs_with() -> None:
    assert STORE.whereabouts(Key("shop", "a")) == "http://127.0.0.1:10000/account"
    assert STORE.login() == "nowhere"
