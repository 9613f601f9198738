"""gs:// on fake-gcs-server, and google-auth through our client."""

import json
import subprocess
import time
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from imgsvc.errors import CredentialsError, SourceError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.google.building import gcs_source
from imgsvc.sources.stores.google.credentials import KeyFile
from imgsvc.sources.stores.google.settings import GcsSettings, GoogleSettings
from imgsvc.sources.stores.source import StoreSource
from tests.misbehaving import Answer, Exchange, Origin, never_answers, says
from tests.sources.contract import Served, SourceContract
from tests.sources.stores.desks import HUSH, client, spent, token
from tests.stores.clouds import KEPT, ODD_KEYS, Cloud, fetched, google, put_google, settings

pytestmark = pytest.mark.slow

LENDER = "/v1/projects/-/serviceAccounts/reader@shop.iam.gserviceaccount.com:generateAccessToken"
FETCHING = SourceSettings(download_timeout=30)
UNSIGNED = GoogleSettings(no_gce_check="true", cloudsdk_config="/nowhere")


@pytest.fixture(scope="module", name="cloud")
def _cloud() -> Iterator[Cloud]:
    with google() as cloud:
        yield cloud


@pytest.fixture(name="source")
def _source(cloud: Cloud) -> Iterator[StoreSource]:
    source = gcs_source(settings(GcsSettings, cloud.settings), UNSIGNED, FETCHING)
    yield source
    source.close()


class TestContract(SourceContract):
    @pytest.fixture
    def served(self, source: StoreSource) -> Served:
        return Served(source, "gs://shop/a", "gs://shop/missing")


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_is_read_byte_for_byte(source: StoreSource, key: str) -> None:
    assert fetched(source, f"gs://shop/{key}").body == KEPT[key]


def test_a_generation_is_read_that_is_not_the_newest(source: StoreSource, cloud: Cloud) -> None:
    generation = put_google(cloud.url, "b", b"old")

    assert fetched(source, f"gs://shop/b?{generation}").body == b"old"
    with pytest.raises(SourceError) as caught:
        fetched(source, f"gs://shop/b?{int(generation) + 1}")
    assert caught.value.status == 404


def test_a_bucket_that_is_not_there_is_missing(source: StoreSource) -> None:
    with pytest.raises(SourceError) as caught:
        fetched(source, "gs://nowhere/a")

    assert caught.value.status == 404


# google-auth


@cache
def private_key() -> str:
    """A key that nobody else has."""
    pytest.importorskip("google.auth", reason="google-auth is not installed; ./check stores installs it")
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "RSA"], capture_output=True, text=True, check=True)
    return made.stdout


def key_file(origin: Origin) -> dict[str, Any]:
    return {
        "type": "service_account",
        "client_email": "reader@shop.iam.gserviceaccount.com",
        "private_key_id": "1",
        "private_key": private_key(),
        "token_uri": origin.url("/token"),
    }


def federation(origin: Origin, file: str) -> dict[str, Any]:
    private_key()
    return {
        "type": "external_account",
        "audience": "//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q",
        "subject_token_type": "urn:ietf:params:oauth:token-type:jwt",
        "token_url": origin.url("/sts"),
        "credential_source": {"file": file},
    }


def signed_by(info: dict[str, Any], origin: Origin, timeout: int = 30) -> StoreSource:
    chosen = GcsSettings(use_gcs=True, gcs_key=json.dumps(info), gcs_endpoint=origin.url())
    return gcs_source(chosen, UNSIGNED, SourceSettings(download_timeout=timeout))


def test_a_key_file_has_a_token_of_its_own_making() -> None:
    posted: list[bytes] = []

    def desk(exchange: Exchange) -> None:
        posted.append(exchange.body)
        token()(exchange)

    with Origin({"/token": desk, "/shop/a": says(b"body")}) as origin:
        found = signed_by(key_file(origin), origin)

        assert [fetched(found, "gs://shop/a").body for _ in range(2)] == [b"body"] * 2

    assert f"Authorization: Bearer {HUSH}" in origin.heads[-1]
    assert origin.targets == ["/token", "/shop/a", "/shop/a"]
    assert b"assertion=ey" in posted[0]


def test_a_workload_has_a_token_for_that_in_its_file(tmp_path: Any) -> None:
    file = tmp_path / "token"
    file.write_text("of-kubernetes")
    answer = token(issued_token_type="urn:ietf:params:oauth:token-type:access_token")
    with Origin({"/sts": answer, "/shop/a": says(b"body")}) as origin:
        assert fetched(signed_by(federation(origin, str(file)), origin), "gs://shop/a").body == b"body"

    assert f"Authorization: Bearer {HUSH}" in origin.heads[-1]


def test_who_borrows_a_service_account_asks_for_it(tmp_path: Any) -> None:
    file = tmp_path / "token"
    file.write_text("of-kubernetes")
    lent = {"accessToken": "lent", "expireTime": "2100-01-01T00:00:00Z"}
    answers = {
        "/sts": token(issued_token_type="urn:ietf:params:oauth:token-type:access_token"),
        LENDER: says(json.dumps(lent).encode()),
        "/shop/a": says(b"body"),
    }
    with Origin(answers) as origin:
        info = federation(origin, str(file)) | {"service_account_impersonation_url": origin.url(LENDER)}
        assert fetched(signed_by(info, origin), "gs://shop/a").body == b"body"

    assert "Authorization: Bearer lent" in origin.heads[-1]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(says(b'{"error": "unavailable"}', 503), id="unavailable"),
        pytest.param(says(b'{"error": "slow_down"}', 429), id="too many"),
        pytest.param(says(b'{"error": "invalid_grant", "error_description": "hush"}', 400), id="refused"),
        pytest.param(says(b"hush"), id="no JSON"),
    ],
)
def test_who_gives_no_token_is_asked_once_and_named(answer: Answer) -> None:
    with Origin({"*": answer}) as origin:
        found = signed_by(key_file(origin), origin)
        with pytest.raises(CredentialsError, match="GCS_KEY") as caught:
            spent(found.store.login)

    assert "hush" not in str(caught.value)
    assert len(origin.heads) == 1


def test_a_desk_that_stalls_is_cut_off_at_the_timeout() -> None:
    with Origin({"*": never_answers}) as origin:
        found = signed_by(key_file(origin), origin, timeout=1)
        began = time.monotonic()
        with pytest.raises(CredentialsError, match="within 1 s"):
            fetched(found, "gs://shop/a")

    assert time.monotonic() - began < 5


@pytest.mark.parametrize("left_out", ["private_key", "client_email", "token_uri"])
def test_a_key_file_that_is_not_whole_is_refused_at_the_start(left_out: str) -> None:
    with Origin({}) as origin, pytest.raises(ValueError, match="service_account that is whole") as caught:
        KeyFile({name: value for name, value in key_file(origin).items() if name != left_out}, "GCS_KEY", client())

    assert "PRIVATE" not in str(caught.value)
