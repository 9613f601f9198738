"""Twin of imgsvc/sources/stores/google/building.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.settings.env import SettingsError
from imgsvc.sources.keys import Key
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.google.building import gcs_source
from imgsvc.sources.stores.google.settings import GcsSettings, GoogleSettings
from imgsvc.sources.stores.source import StoreSource
from tests.misbehaving import Answer, Origin, in_turn, not_found, says, serves
from tests.sources.contract import BODY, Behind, RemoteContract, Served
from tests.sources.stores.desks import answered, spent, token


def source(
    origin: Origin | None = None, folder: Path = Path("/nowhere"), key: str = "", timeout: int = 5, **google: str
) -> StoreSource:
    settings = GcsSettings(use_gcs=True, gcs_key=key, gcs_endpoint=origin.url("/storage/v1/") if origin else "")
    return gcs_source(
        settings, GoogleSettings(cloudsdk_config=str(folder), **google), SourceSettings(download_timeout=timeout)
    )


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self) -> Iterator[Served]:
        with Origin({"/shop/a": serves(BODY), "*": in_turn(token(), not_found)}) as origin:
            found = source(origin, gce_metadata_host=f"127.0.0.1:{origin.port}")
            yield Served(found, "gs://shop/a", "gs://shop/missing")
            found.close()

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Answer) -> Iterator[Served]:
            with Origin({"/shop/a": answer, "*": token()}) as origin:
                found = source(origin, timeout=1, gce_metadata_host=f"127.0.0.1:{origin.port}")
                yield Served(found, "gs://shop/a", "gs://shop/missing")
                found.close()

        return behind


def test_googles_server_is_asked() -> None:
    assert source().store.whereabouts(Key("shop", "a")) == "https://storage.googleapis.com"


def test_of_imgproxys_endpoint_the_host_counts() -> None:
    with Origin({"/shop/a": says(b"body")}) as origin:
        assert answered(source(origin, no_gce_check="true"), "gs://shop/a") == (200, b"body")

    assert "Authorization" not in origin.heads[0]


def test_where_nothing_is_named_the_machine_is_asked() -> None:
    with Origin({"/shop/a": says(b"body"), "*": token("of-the-machine")}) as origin:
        found = source(origin, gce_metadata_host=f"127.0.0.1:{origin.port}")

        assert answered(found, "gs://shop/a") == (200, b"body")
        assert "Authorization: Bearer of-the-machine" in origin.heads[-1]


def test_where_nobody_has_a_token_it_is_said_what_was_tried() -> None:
    with pytest.raises(CredentialsError, match=r"127.0.0.1:9.*GCS_KEY and GOOGLE_APPLICATION_CREDENTIALS are not set"):
        spent(source(gce_metadata_host="127.0.0.1:9").store.login)


@pytest.mark.parametrize("key", ["hush", "[]", '{"type": "hush-kind", "private_key": "hush"}'])
def test_a_key_that_is_none_is_named_and_not_shown(key: str) -> None:
    with pytest.raises(SettingsError, match=r"GCS_KEY: .*'\*\*\*'") as caught:
        source(key=key)

    assert '"hush"' not in str(caught.value)


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(SettingsError, match=r"GOOGLE_APPLICATION_CREDENTIALS: .*'/nowhere.json'"):
        source(google_application_credentials="/nowhere.json")


def test_a_login_of_gclouds_is_found_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "application_default_credentials.json").write_text('{"type": "unknown"}')

    with pytest.raises(SettingsError, match="application_default_credentials"):
        source(folder=tmp_path)
