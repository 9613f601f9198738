"""Twin of imgsvc/sources/stores/google/gcs.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.google.gcs import Gcs
from imgsvc.sources.stores.signing import Unsigned
from imgsvc.sources.stores.store import Order, Store
from tests.sources.stores.desks import target

STORE: Store = Gcs(SourceUrl.parse("https://storage.example/storage/v1/"), Unsigned("nowhere"))


def test_an_object_is_asked_for_in_the_xml_form() -> None:
    ask = STORE.ask(Key("shop", "a b/ü"), {"range": "bytes=0-"})

    assert str(ask.url.origin + target(ask)) == "https://storage.example/shop/a%20b/%C3%BC"
    assert ask.headers == {"range": "bytes=0-"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(Key("shop", "a/b")), "GET /shop/a/b"),
        (Order(Key("shop", "a/b c"), "PUT"), "POST /upload/storage/v1/b/shop/o?uploadType=media&name=a%2Fb%20c"),
        (Order(Key("shop", "a/b"), "DELETE"), "DELETE /shop/a/b"),
        (Order(Key("shop", ""), query={"prefix": "a/"}), "GET /shop?prefix=a%2F"),
    ],
)
def test_what_is_ours_is_read_kept_deleted_and_listed(order: Order, expected: str) -> None:
    ask = STORE.order(order)

    assert f"{ask.method} {target(ask)}" == expected


@pytest.mark.parametrize("version", ["1", "1700000000000000", "007"])
def test_a_generation_is_asked_for(version: str) -> None:
    assert target(STORE.ask(Key("shop", "a", version), {})) == f"/shop/a?generation={version}"


@pytest.mark.parametrize("version", ["", "0", "-1", "1x", "latest", "\uff11", "1&alt=media", "9" * 25])
def test_what_is_no_generation_is_passed_over(version: str) -> None:
    assert target(STORE.ask(Key("shop", "a", version), {})) == "/shop/a"


@pytest.mark.parametrize("name", ["abc", "a_b.c-d", "9shop", "a" * 63, "www.shop.example"])
def test_a_bucket_has_a_name(name: str) -> None:
    STORE.check(name)


@pytest.mark.parametrize(
    "name",
    ["", "ab", "Shop", "-ab", "ab-", ".ab", "..", "a/b", "a%2fb", "x@169.254.169.254:80", "ä" * 4, "a" * 223, "ab\n"],
)
def test_what_is_no_name_of_a_bucket_is_refused(name: str) -> None:
    with pytest.raises(SourceUnreachableError):
        STORE.check(name)


def test_it_says_who_is_asked_and_what_it_signs_with() -> None:
    assert STORE.whereabouts(Key("shop", "a")) == "https://storage.example"
    assert STORE.login() == "nowhere"
