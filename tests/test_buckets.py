"""Twin of imgsvc/buckets.py."""

import pytest

from imgsvc.config import from_environment
from imgsvc.schemes import create_result_storage
from imgsvc.settings.env import SettingsError

HERE = {"IMGSVC_SWIFT_AUTH_URL": "http://127.0.0.1:1/auth/v1.0", "IMGSVC_ABS_NAME": "account"}


@pytest.mark.parametrize("store", ["s3://results/kept", "gs://results", "abs://results/a", "swift://results"])
def test_what_a_store_needs_are_the_settings_of_its_sources_though_these_are_off(store: str) -> None:
    found = create_result_storage(from_environment({**HERE, "IMGSVC_RESULT_STORE": store}))

    assert found
    assert not found.is_local


@pytest.mark.parametrize(
    ("store", "expected"),
    [
        ("s3://a@b", "another bucket, for 'a@b' is no name of a bucket"),
        ("abs://results", "ABS_NAME of 3 to 24"),
        ("swift://results", "SWIFT_AUTH_URL where USE_SWIFT is on"),
    ],
)
def test_what_lacks_something_is_a_mistake(store: str, expected: str) -> None:
    with pytest.raises(SettingsError, match=expected) as caught:
        create_result_storage(from_environment({"IMGSVC_RESULT_STORE": store}))

    assert [each.name for each in caught.value.mistakes] == ["RESULT_STORE"]
