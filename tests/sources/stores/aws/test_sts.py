"""Twin of imgsvc/sources/stores/aws/sts.py."""

from urllib.parse import parse_qs

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.aws.sts import Role, Sts, moment
from tests.misbehaving import Exchange, Origin, response, says
from tests.sources.stores.aws.places import ENDS, LENT, ROLE, SECRET, TOKEN, in_time, refuses

LENDER = Found(Credentials("AKIDOWN", "hush-own"), "the environment")


def of(client: StoreClient, origin: Origin) -> Sts:
    return Sts(client, SourceUrl.parse(origin.url("/")), "eu-central-1")


def forms(work: Role, token: str = "") -> tuple[Found, str, dict[str, list[str]]]:
    """What is lent, and the head and the form that STS was sent."""
    seen: list[str] = []

    def lends(exchange: Exchange) -> None:
        seen.append(exchange.body.decode())
        exchange.send(response(LENT))

    with Origin({"/": lends}) as origin:
        if token:
            found = in_time(lambda client: of(client, origin).lend_for_token(work, token, "a file"))
        else:
            found = in_time(lambda client: of(client, origin).lend(work, LENDER))
        return found, origin.heads[0], parse_qs(seen[0])


def test_a_role_is_lent_to_who_has_keys() -> None:
    found, head, form = forms(Role(ROLE, "me", "external/id", "900"))

    assert found == Found(Credentials("AKIDLENT", SECRET, TOKEN), f"the environment, as {ROLE}", moment(ENDS))
    assert "/eu-central-1/sts/aws4_request" in head
    assert {name: values[0] for name, values in form.items()} == {
        "Action": "AssumeRole",
        "Version": "2011-06-15",
        "RoleArn": ROLE,
        "RoleSessionName": "me",
        "ExternalId": "external/id",
        "DurationSeconds": "900",
    }


def test_a_role_is_lent_for_a_token_and_nothing_is_signed() -> None:
    found, head, form = forms(Role(ROLE), "web-token")

    assert found.where == f"a file, as {ROLE}"
    assert "Authorization" not in head
    assert (form["WebIdentityToken"], form["RoleSessionName"]) == (["web-token"], ["imgsvc"])


def test_a_refusal_is_told_by_its_code_alone() -> None:
    with Origin({"/": refuses}) as origin, pytest.raises(CredentialsError, match=r"403 AccessDenied$") as caught:
        in_time(lambda client: of(client, origin).lend(Role(ROLE), LENDER))

    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"<html>", LENT.replace(b"<SessionToken>", b"<X>"), LENT.replace(b"2026", b"?")])
def test_what_is_no_credentials_is_said_to_be_none(body: bytes) -> None:
    with Origin({"/": says(body)}) as origin, pytest.raises(CredentialsError, match="something else"):
        in_time(lambda client: of(client, origin).lend(Role(ROLE), LENDER))


def test_who_has_nothing_is_lent_nothing() -> None:
    with pytest.raises(CredentialsError, match="needs credentials"):
        in_time(lambda client: Sts(client, SourceUrl.parse("http://a/"), "r").lend(Role(ROLE), Found(None, "nowhere")))
