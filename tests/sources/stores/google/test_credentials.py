"""Twin of imgsvc/sources/stores/google/credentials.py; what google-auth reads is in tests/stores."""

from contextlib import suppress
from importlib.util import find_spec

import pytest

from imgsvc.errors import CredentialsError, SourceTimeoutError
from imgsvc.sources.stores.google.credentials import EXTRA, KeyFile, MetadataServer
from tests.misbehaving import Origin, never_answers, not_found
from tests.sources.stores.desks import HUSH, client, refuses, spent, token


def has_google_auth() -> bool:
    with suppress(ModuleNotFoundError):
        return bool(find_spec("google.auth"))
    return False


PATH = "/computeMetadata/v1/instance/service-accounts/default/token"


def test_a_machine_has_a_token() -> None:
    with Origin({PATH: token()}) as origin:
        lease = spent(MetadataServer(client(), f"127.0.0.1:{origin.port}").token)

    assert lease.value == HUSH
    assert "Metadata-Flavor: Google" in origin.heads[0]


def test_what_asks_the_machine_goes_past_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with Origin({PATH: token()}) as origin:
        assert spent(MetadataServer(client(), f"127.0.0.1:{origin.port}").token).value == HUSH


@pytest.mark.parametrize("answer", [not_found, refuses(status=403)])
def test_a_machine_without_a_service_account_has_none(answer: object) -> None:
    with Origin({"*": answer}) as origin, pytest.raises(CredentialsError, match="metadata server") as caught:  # type: ignore[dict-item]
        spent(MetadataServer(client(), f"127.0.0.1:{origin.port}").token)

    assert HUSH not in str(caught.value)


def test_a_server_that_stalls_is_cut_off() -> None:
    with Origin({"*": never_answers}) as origin, pytest.raises(SourceTimeoutError):
        spent(MetadataServer(client(), f"127.0.0.1:{origin.port}").token, 0.2)


@pytest.mark.parametrize(
    ("info", "said"),
    [
        ({}, "of a type that is known"),
        ({"type": "gdch_service_account"}, "of a type that is known"),
        ({"type": "external_account", "credential_source": {"executable": {"command": "hush"}}}, "no program"),
    ],
)
def test_a_key_file_of_another_kind_is_refused(info: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said) as caught:
        KeyFile(info, "GCS_KEY", client())

    assert "hush" not in str(caught.value)


@pytest.mark.skipif(has_google_auth(), reason="google-auth is installed here")
def test_without_google_auth_a_key_file_is_refused_with_what_to_install() -> None:
    with pytest.raises(ValueError) as caught:
        KeyFile({"type": "service_account"}, "GCS_KEY", client())

    assert str(caught.value) == EXTRA
