"""abs:// on Azurite."""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from hmac import digest
from urllib.parse import urlencode

import pytest

from imgsvc.errors import SourceError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.azure.building import abs_source
from imgsvc.sources.stores.azure.settings import AbsSettings, AzureSettings
from imgsvc.sources.stores.source import StoreSource
from tests.sources.contract import BODY, Served, SourceContract
from tests.stores.clouds import AZURE_KEY, AZURE_NAME, KEPT, ODD_KEYS, Cloud, azure, fetched, settings

pytestmark = pytest.mark.slow

FETCHING = SourceSettings(download_timeout=30)


@pytest.fixture(scope="module", name="cloud")
def _cloud() -> Iterator[Cloud]:
    with azure() as cloud:
        yield cloud


def source_of(chosen: AbsSettings) -> StoreSource:
    return abs_source(chosen, AzureSettings(), FETCHING)


@pytest.fixture(name="source")
def _source(cloud: Cloud) -> Iterator[StoreSource]:
    source = source_of(settings(AbsSettings, cloud.settings))
    yield source
    source.close()


class TestContract(SourceContract):
    @pytest.fixture
    def served(self, source: StoreSource) -> Served:
        return Served(source, "abs://shop/a", "abs://shop/missing")

    def test_a_range_behind_the_end_cannot_be_had(self, served: Served) -> None:
        # Azurite 3.37 takes the byte behind the last one for one: 206 with `bytes 76800-76799/76800`.
        with served.source.open(served.request(range=f"bytes={len(BODY) + 1}-"), Scope(5)) as stream:
            assert stream.status == 416


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_is_read_byte_for_byte(source: StoreSource, key: str) -> None:
    assert fetched(source, f"abs://shop/{key}").body == KEPT[key]


@pytest.mark.parametrize(
    "headers",
    [{"range": "bytes=0-9"}, {"if_none_match": '"x"'}, {"if_modified_since": "Thu, 01 Jan 2004 00:00:00 GMT"}],
)
def test_what_a_client_asks_is_signed_too(source: StoreSource, headers: dict[str, str]) -> None:
    with source.open(Served(source, "abs://shop/a", "").request(**headers), Scope(30)) as stream:
        assert stream.status in (200, 206)


def test_a_container_that_is_not_there_is_missing(source: StoreSource) -> None:
    with pytest.raises(SourceError) as caught:
        fetched(source, "abs://nowhere/a")

    assert caught.value.status == 404


def test_a_wrong_key_is_forbidden(cloud: Cloud) -> None:
    wrong = replace(settings(AbsSettings, cloud.settings), abs_key=b64encode(b"wrong").decode())

    with pytest.raises(SourceError, match=r"AuthorizationFailure|AuthenticationFailed") as caught:
        fetched(source_of(wrong), "abs://shop/a")

    assert caught.value.status == 403


def shared_access(ends: str) -> str:
    """A signature for reading what is in the container `shop`, made as Azure documents it."""
    fields = {"sp": "r", "se": ends, "sv": "2020-12-06", "sr": "c"}
    resource = f"/blob/{AZURE_NAME}/shop"
    text = "\n".join(["r", "", ends, resource, "", "", "", fields["sv"], "c", "", "", "", "", "", "", ""])
    signature = b64encode(digest(b64decode(AZURE_KEY), text.encode(), sha256)).decode()
    return urlencode({**fields, "sig": signature})


def test_a_shared_access_signature_is_enough(cloud: Cloud) -> None:
    chosen = replace(
        settings(AbsSettings, cloud.settings), abs_key="", abs_sas_token=shared_access("2100-01-01T00:00:00Z")
    )

    assert fetched(source_of(chosen), "abs://shop/a").body == BODY


def test_a_shared_access_signature_ends(cloud: Cloud) -> None:
    chosen = replace(
        settings(AbsSettings, cloud.settings), abs_key="", abs_sas_token=shared_access("2020-01-01T00:00:00Z")
    )

    with pytest.raises(SourceError) as caught:
        fetched(source_of(chosen), "abs://shop/a")

    assert caught.value.status == 403
    assert "sig" not in str(caught.value)
