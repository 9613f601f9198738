"""Twin of imgsvc/sources/stores/azure/credentials.py."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Answer
from imgsvc.sources.stores.azure.credentials import bearer
from imgsvc.sources.stores.azure.settings import AzureSettings
from tests.misbehaving import Answer as Behavior
from tests.misbehaving import Exchange, Origin, never_answers
from tests.sources.stores.desks import HUSH, client, refuses, spent, token

APPLICATION = {"azure_tenant_id": "a-tenant", "azure_client_id": "a client"}
RESOURCE = "https%3A%2F%2Fstorage.azure.com%2F"


class Desk:
    """Remembers the bodies that were posted."""

    def __init__(self, answer: Behavior) -> None:
        self.answer = answer
        self.fields: dict[str, str] = {}

    def __call__(self, exchange: Exchange) -> None:
        self.fields = dict(parse_qsl(exchange.body.decode()))
        self.answer(exchange)


def signed_by(settings: AzureSettings) -> str:
    return spent(lambda: bearer(settings, client()).signed(SourceUrl.parse("http://a.example/"), "/a", {})).headers[
        "authorization"
    ]


def test_an_application_has_a_token_for_its_secret() -> None:
    desk = Desk(token())
    with Origin({"/a-tenant/oauth2/v2.0/token": desk}) as origin:
        sent = signed_by(AzureSettings(**APPLICATION, azure_client_secret="s&", azure_authority_host=origin.url("/")))

    assert sent == f"Bearer {HUSH}"
    assert desk.fields == {
        "client_id": "a client",
        "client_secret": "s&",
        "grant_type": "client_credentials",
        "scope": "https://storage.azure.com/.default",
    }


def test_a_workload_has_a_token_for_that_in_its_file_as_it_is_now(tmp_path: Path) -> None:
    file, desk = tmp_path / "token", Desk(token())
    settings = AzureSettings(**APPLICATION, azure_federated_token_file=str(file))
    with Origin({"*": desk}) as origin:
        found = bearer(
            AzureSettings(**APPLICATION, azure_federated_token_file=str(file), azure_authority_host=origin.url()),
            client(),
        )
        file.write_text("written-later\n")
        spent(found.login)

    assert settings.has_token_file
    assert desk.fields["client_assertion"] == "written-later"
    assert desk.fields["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def test_a_service_has_a_token_for_its_header() -> None:
    with Origin({"/msi/token": token(expires_on="4000000000")}) as origin:
        sent = signed_by(AzureSettings(identity_endpoint=origin.url("/msi/token"), identity_header="hush-header"))

    assert sent == f"Bearer {HUSH}"
    assert origin.targets == [f"/msi/token?api-version=2019-08-01&resource={RESOURCE}"]
    assert "hush-header" in origin.heads[0]


def test_a_machine_has_a_token_of_the_identity_that_is_named() -> None:
    with Origin({"*": token()}) as origin:
        sent = signed_by(AzureSettings(azure_pod_identity_authority_host=origin.url(), azure_client_id="one"))

    assert sent == f"Bearer {HUSH}"
    assert origin.targets == [
        f"/metadata/identity/oauth2/token?api-version=2018-02-01&resource={RESOURCE}&client_id=one"
    ]
    assert "Metadata: true" in origin.heads[0]


def test_what_asks_the_machine_goes_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Origin({"*": token()}) as origin:
        assert signed_by(AzureSettings(azure_pod_identity_authority_host=origin.url())) == f"Bearer {HUSH}"


def test_who_has_no_token_says_what_was_tried_and_shows_no_secret() -> None:
    with Origin({"*": refuses()}) as origin, pytest.raises(CredentialsError) as caught:
        signed_by(AzureSettings(**APPLICATION, azure_client_secret=HUSH, azure_authority_host=origin.url()))

    assert "AZURE_CLIENT_SECRET" in str(caught.value)
    assert "ABS_KEY and ABS_SAS_TOKEN are not set" in str(caught.value)
    assert HUSH not in str(caught.value)


def test_a_file_that_cannot_be_read_gives_no_token() -> None:
    with pytest.raises(CredentialsError, match="FileNotFoundError"):
        signed_by(AzureSettings(**APPLICATION, azure_federated_token_file="/nowhere"))


def test_a_desk_that_stalls_is_cut_off() -> None:
    with Origin({"*": never_answers}) as origin, pytest.raises(CredentialsError, match="metadata service"):
        spent(bearer(AzureSettings(azure_pod_identity_authority_host=origin.url()), client()).login, 0.2)


def test_a_refused_token_is_had_anew() -> None:
    with Origin({"*": token()}) as origin:
        found = bearer(AzureSettings(azure_pod_identity_authority_host=origin.url()), client())
        ask = spent(lambda: found.signed(SourceUrl.parse("http://a.example/"), "/a", {}))

        # It is too young to have ended.
        assert not found.learns(ask, Answer(401, {}, b""))
