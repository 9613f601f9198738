"""Twin of imgsvc/sources/stores/azure/settings.py."""

import pytest

from imgsvc.sources.stores.azure.settings import AbsSettings, AzureSettings

APPLICATION = {"azure_tenant_id": "t", "azure_client_id": "c"}


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"use_abs": True}, "ABS_NAME"),
        ({"use_abs": True, "abs_name": "x@169.254.169.254"}, "ABS_NAME"),
        ({"abs_endpoint": "https://a.example/?sv=1&sig=hush"}, "ABS_ENDPOINT"),
        ({"abs_key": "hush!"}, "ABS_KEY"),
        ({"abs_sas_token": "hush"}, "ABS_SAS_TOKEN"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        AbsSettings(**wrong)  # type: ignore[arg-type]

    assert "hush" not in str(caught.value)


def test_an_application_has_its_secret_or_its_file() -> None:
    assert AzureSettings(**APPLICATION, azure_client_secret="s").has_secret
    assert AzureSettings(**APPLICATION, azure_federated_token_file="f").has_token_file
    assert not AzureSettings(azure_client_id="c", azure_client_secret="s").has_secret


@pytest.mark.parametrize("name", ["azure_client_certificate_path", "azure_password"])
def test_what_would_be_another_login_is_refused_by_name(name: str) -> None:
    settings = AzureSettings(**APPLICATION, **{name: "hush"})

    assert name.upper() in " ".join(settings.faults())
    assert "hush" not in " ".join(settings.faults())


def test_a_certificate_beside_a_secret_is_nobodys_business() -> None:
    settings = AzureSettings(**APPLICATION, azure_client_secret="s", azure_client_certificate_path="/a.pem")

    assert not list(settings.faults())


@pytest.mark.parametrize("name", ["azure_authority_host", "identity_endpoint", "azure_pod_identity_authority_host"])
def test_who_gives_tokens_has_a_url(name: str) -> None:
    assert name.upper() in " ".join(AzureSettings(**{name: "ftp://a"}).faults())
