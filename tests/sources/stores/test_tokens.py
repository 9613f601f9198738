"""Twin of imgsvc/sources/stores/tokens.py."""

import time

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Ask
from imgsvc.sources.stores.renewing import Lease
from imgsvc.sources.stores.tokens import form, had
from tests.misbehaving import Answer, Origin, says
from tests.sources.stores.desks import HUSH, client, refuses, spent, token


def asked(answer: Answer) -> Lease[str]:
    with Origin({"*": answer}) as origin:
        return spent(lambda: had(client(), Ask(SourceUrl.parse(origin.url("/"))), "the desk"))


def test_a_token_ends_so_many_seconds_from_now() -> None:
    lease = asked(token(lasts=100))

    assert lease.value == HUSH
    assert 90 < lease.ends - time.time() <= 100


def test_a_token_ends_at_a_moment_where_one_is_named() -> None:
    assert asked(token(expires_on="4000000000")).ends == 4000000000


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"access_token": 1}', b'{"access_token": "a\\nb", "expires_in": 1}', b"\xff"]
)
def test_an_answer_without_a_token_gives_none(body: bytes) -> None:
    with pytest.raises(CredentialsError, match="the desk answered without a token"):
        asked(says(body))


def test_a_refusal_is_named_by_its_code_and_shows_nothing_else() -> None:
    with pytest.raises(CredentialsError, match=r"the desk answered 401: invalid_client$"):
        asked(refuses())


@pytest.mark.parametrize("body", [b'{"error": "a b"}', b'{"error": {"code": 1}}', b"<html>hush</html>"])
def test_what_is_no_code_is_not_shown(body: bytes) -> None:
    with pytest.raises(CredentialsError, match=r"answered 400$"):
        asked(says(body, 400))


def test_fields_are_sent_as_a_form() -> None:
    ask = form(SourceUrl.parse("http://a.example/"), {"secret": "a&b=ä"})

    assert (ask.method, ask.body) == ("POST", b"secret=a%26b%3D%C3%A4")
