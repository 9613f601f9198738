"""Twin of imgsvc/sources/stores/openstack/login.py."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgsvc.errors import CredentialsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.openstack.login import Login, Session, User
from imgsvc.sources.stores.renewing import Lease
from tests.misbehaving import Answer, Exchange, Origin, never_answers, response, says
from tests.sources.stores.desks import HUSH, client, spent

USER = User("me", "hush-password", "shop", "mine")
STORAGE = "http://storage.example/v1/AUTH_a"
ENDS = "2100-01-01T00:00:00.000000Z"


def session(answer: Answer, version: int, user: User = USER, seconds: float = 10) -> Lease[Session]:
    with Origin({"*": answer}) as origin:
        return spent(Login(SourceUrl.parse(origin.url("/v")), version, user, client()).session, seconds)


def v2(**access: Any) -> Answer:
    services = [
        {"type": "image", "endpoints": [{"publicURL": "http://wrong.example"}]},
        {"type": "object-store", "endpoints": [{"internalURL": "http://wrong.example"}, {"publicURL": STORAGE}]},
    ]
    body = {"access": {"token": {"id": HUSH, "expires": ENDS}, "serviceCatalog": services} | access}
    return says(json.dumps(body).encode())


def v3(**token: Any) -> Answer:
    endpoints = [{"interface": "internal", "url": "http://wrong.example"}, {"interface": "public", "url": STORAGE}]
    catalog = [{"type": "image", "endpoints": endpoints[:1]}, {"type": "object-store", "endpoints": endpoints}]
    return says(
        json.dumps({"token": {"catalog": catalog, "expires_at": ENDS} | token}).encode(), 201, X_Subject_Token=HUSH
    )


class Reads:
    """Answers, and keeps what was posted."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.posted: Any = None

    def __call__(self, exchange: Exchange) -> None:
        self.posted = exchange.target, json.loads(exchange.body)
        self.answer(exchange)


class TestV1:
    def test_the_user_is_named_in_headers(self) -> None:
        headers = {"X_Storage_Url": STORAGE, "X_Auth_Token": HUSH, "X_Auth_Token_Expires": "100"}
        with Origin({"*": says(b"", **headers)}) as origin:
            lease = spent(Login(SourceUrl.parse(origin.url("/auth/v1.0")), 1, USER, client()).session)

        assert (lease.value.storage.origin, lease.value.token) == ("http://storage.example", HUSH)
        assert 90 < lease.ends - time.time() <= 100
        assert "X-Auth-User: me\r\nX-Auth-Key: hush-password" in origin.heads[0]

    def test_a_token_may_have_no_end(self) -> None:
        assert session(says(b"", X_Storage_Url=STORAGE, X_Auth_Token=HUSH), 1).ends == float("inf")


class TestV2:
    def test_user_and_tenant_are_posted(self) -> None:
        desk = Reads(v2())

        lease = session(desk, 2)

        password = {"username": "me", "password": "hush-password"}
        assert desk.posted == ("/v/tokens", {"auth": {"passwordCredentials": password, "tenantName": "shop"}})
        assert (lease.value.storage.text, lease.value.token, lease.ends) == (STORAGE, HUSH, 4102444800)


class TestV3:
    def test_user_project_and_domain_are_posted(self) -> None:
        desk = Reads(v3())

        lease = session(desk, 3)

        user = {"name": "me", "password": "hush-password", "domain": {"name": "mine"}}
        identity = {"methods": ["password"], "password": {"user": user}}
        scope = {"project": {"name": "shop", "domain": {"name": "mine"}}}
        assert desk.posted == ("/v/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        assert (lease.value.storage.text, lease.value.token, lease.ends) == (STORAGE, HUSH, 4102444800)

    def test_without_domain_and_project_it_is_the_default_domain_and_no_scope(self) -> None:
        desk = Reads(v3())

        session(desk, 3, User("me", "hush-password"))

        auth = desk.posted[1]["auth"]
        assert auth["identity"]["password"]["user"]["domain"] == {"name": "Default"}
        assert "scope" not in auth


class TestWhatIsNoSession:
    @pytest.mark.parametrize("version", [1, 2, 3])
    @pytest.mark.parametrize(
        "answer",
        [
            says(b""),
            says(b"hush-token", 401),
            says(b"{}"),
            says(b"[]"),
            says(b"hush-token"),
            says(b"", 503),
            says(b"", 300),
        ],
    )
    def test_it_is_said_who_gave_none_and_nothing_of_what_was_answered(self, version: int, answer: Answer) -> None:
        with pytest.raises(
            CredentialsError, match=f"no session by a login of version {version} at http://127"
        ) as caught:
            session(answer, version)

        assert "hush" not in str(caught.value)

    @pytest.mark.parametrize(
        "answer", [v3(catalog=[]), v3(catalog=None), v3(expires_at="hush"), v3(catalog=[{"type": 1}])]
    )
    def test_a_catalog_without_an_object_store_has_none(self, answer: Answer) -> None:
        with pytest.raises(CredentialsError, match="its answer has none"):
            session(answer, 3)

    @pytest.mark.parametrize("url", ["file:///etc/passwd", "swift://a", "http://u:p@a", ""])
    def test_an_account_that_is_nowhere_on_http_is_none(self, url: str) -> None:
        with pytest.raises(CredentialsError, match="its answer has none"):
            session(v2(serviceCatalog=[{"type": "object-store", "endpoints": [{"publicURL": url}]}]), 2)

    def test_a_login_that_stalls_is_cut_off(self) -> None:
        with pytest.raises(CredentialsError, match="did not answer in full"):
            session(never_answers, 3, seconds=0.2)

    @given(
        st.recursive(st.none() | st.integers() | st.text(), lambda of: st.lists(of) | st.dictionaries(st.text(), of))
    )
    def test_whatever_is_answered_ends_in_an_error_of_the_catalogue(self, body: Any) -> None:
        def answer(exchange: Exchange) -> None:
            exchange.send(response(json.dumps({"token": body, "access": body}).encode()))

        for version in (2, 3):
            with pytest.raises(CredentialsError):
                session(answer, version)


def test_nothing_secret_is_shown() -> None:
    assert "hush" not in f"{USER!r} {Session(SourceUrl.parse(STORAGE), HUSH)!r}"
