"""Twin of imgsvc/sources/stores/google/settings.py."""

from pathlib import Path

import pytest

from imgsvc.sources.stores.google.settings import GcsSettings, GoogleSettings, gcs_cautions


def test_an_endpoint_is_a_server() -> None:
    with pytest.raises(ValueError, match="GCS_ENDPOINT"):
        GcsSettings(gcs_endpoint="ftp://a.example")


def test_gclouds_file_is_in_its_folder(tmp_path: Path) -> None:
    google = GoogleSettings(cloudsdk_config=str(tmp_path))

    assert google.own_file() == tmp_path / "application_default_credentials.json"


def test_who_signs_nothing_is_told(tmp_path: Path) -> None:
    google = GoogleSettings(no_gce_check="True", cloudsdk_config=str(tmp_path))

    assert "not signed" in " ".join(gcs_cautions(GcsSettings(use_gcs=True), google))
    assert not list(gcs_cautions(GcsSettings(), google))
    assert not list(gcs_cautions(GcsSettings(use_gcs=True, gcs_key="{}"), google))
