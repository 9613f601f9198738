"""Twin of imgsvc/sources/stores/azure/building.py."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imgsvc.settings.env import SettingsError
from imgsvc.sources.keys import Key
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.azure.building import abs_source
from imgsvc.sources.stores.azure.settings import AbsSettings, AzureSettings
from imgsvc.sources.stores.source import StoreSource
from tests.misbehaving import Answer, Origin, serves
from tests.sources.contract import BODY, Behind, RemoteContract, Served
from tests.sources.stores.desks import spent


def settings(**more: object) -> AbsSettings:
    return AbsSettings(use_abs=True, abs_name="account", **more)  # type: ignore[arg-type]


def of(origin: Origin, timeout: int = 5) -> StoreSource:
    given = settings(abs_endpoint=origin.url("/"), abs_key="aHVzaA==")
    return abs_source(given, AzureSettings(), SourceSettings(download_timeout=timeout))


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self) -> Iterator[Served]:
        with Origin({"/shop/a": serves(BODY)}) as origin:
            found = of(origin)
            yield Served(found, "abs://shop/a", "abs://shop/missing")
            found.close()

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Answer) -> Iterator[Served]:
            with Origin({"/shop/a": answer}) as origin:
                found = of(origin, timeout=1)
                yield Served(found, "abs://shop/a", "abs://shop/missing")
                found.close()

        return behind


def test_the_account_names_its_server() -> None:
    source = abs_source(settings(), AzureSettings(), SourceSettings())

    assert source.store.whereabouts(Key("shop", "a")) == "https://account.blob.core.windows.net"


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"abs_key": "aHVzaA==", "abs_sas_token": "sv=1&sig=a"}, "ABS_KEY"),
        ({"abs_sas_token": "sv=1&sig=a"}, "ABS_SAS_TOKEN"),
    ],
)
def test_the_key_comes_before_the_signature_and_both_before_a_token(more: dict[str, str], where: str) -> None:
    azure = AzureSettings(azure_client_certificate_path="/nobody/looks")

    source = abs_source(settings(**more), azure, SourceSettings())

    assert spent(source.store.login) == where


def test_what_signs_with_a_certificate_does_not_start() -> None:
    azure = AzureSettings(azure_client_certificate_path="/a.pem")

    with pytest.raises(SettingsError, match="AZURE_CLIENT_CERTIFICATE_PATH"):
        abs_source(settings(), azure, SourceSettings())
