"""Twin of imgsvc/sources/stores/openstack/swift.py."""

import pytest

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer
from imgsvc.sources.stores.openstack.login import Login, Session, User
from imgsvc.sources.stores.openstack.swift import Swift
from imgsvc.sources.stores.renewing import Lease
from imgsvc.sources.stores.store import Order, Store
from tests.sources.stores.desks import client, spent, target


class Fixed(Login):
    """Gives one session after the other."""

    given = 0

    def __init__(self) -> None:
        super().__init__(SourceUrl.parse("http://login.example/v1.0"), 1, User("a", "b"), client())

    def session(self) -> Lease[Session]:
        self.given += 1
        return Lease(Session(SourceUrl.parse("http://s.example/v1/AUTH_a/"), f"token-{self.given}"))


STORE: Store = Swift(Fixed())


def test_an_object_is_asked_for_below_its_account() -> None:
    ask = spent(lambda: STORE.ask(Key("a shop", "a/../ü?", "version"), {"range": "bytes=0-"}))

    assert target(ask) == "/v1/AUTH_a/a%20shop/a/../%C3%BC%3F"
    assert ask.headers == {"range": "bytes=0-", "x-auth-token": "token-1"}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (Order(Key("a shop", "a/b"), "PUT", body=b"data"), "PUT /v1/AUTH_a/a%20shop/a/b"),
        (Order(Key("a shop", ""), query={"prefix": "a/"}), "GET /v1/AUTH_a/a%20shop?prefix=a%2F"),
    ],
)
def test_what_is_ours_is_kept_and_listed(order: Order, expected: str) -> None:
    ask = spent(lambda: Swift(Fixed()).order(order))

    assert f"{ask.method} {target(ask)}" == expected
    assert (ask.headers, ask.body) == ({"x-auth-token": "token-1"}, order.body)


@pytest.mark.parametrize("name", ["a", "A b", "ä%2f", "x@169.254.169.254:80", "a" * 256, "..."])
def test_a_container_may_hold_anything_but_a_slash(name: str) -> None:
    STORE.check(name)


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a" * 257, "ä" * 129])
def test_what_is_no_name_of_a_container_is_refused(name: str) -> None:
    with pytest.raises(SourceUnreachableError):
        STORE.check(name)


def test_a_container_is_never_part_of_a_host() -> None:
    ask = spent(lambda: STORE.ask(Key("x@169.254.169.254:80", "a"), {}))

    assert (ask.url.host, target(ask)) == ("s.example", "/v1/AUTH_a/x%40169.254.169.254%3A80/a")


def test_who_was_refused_with_an_older_session_tries_the_one_of_now() -> None:
    store = Swift(Fixed())
    ask = spent(lambda: store.ask(Key("shop", "a"), {}))
    store._session._lease = None

    assert store.learns(Key("shop", "a"), ask, Answer(401, {}, b""))
    assert not store.learns(Key("shop", "a"), ask, Answer(403, {}, b""))


def test_it_says_who_is_asked_and_how_it_logs_in() -> None:
    store = Swift(Fixed())
    before = store.whereabouts(Key("shop", "a"))

    assert before == "the account that is named by a login of version 1 at http://login.example"
    assert spent(store.login) == "a login of version 1 at http://login.example"
    assert store.whereabouts(Key("shop", "a")) == "http://s.example/v1/AUTH_a"
