"""Twin of imgsvc/buckets.py."""

import pytest

from imgsvc.buckets import own_settings
from imgsvc.config import from_environment
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.schemes import create_result_storage
from imgsvc.settings.env import SettingsError

HERE = {"IMGSVC_SWIFT_AUTH_URL": "http://127.0.0.1:1/auth/v1.0", "IMGSVC_ABS_NAME": "account"}


@pytest.mark.parametrize("store", ["s3://results/kept", "gs://results", "abs://results/a", "swift://results"])
def test_what_a_store_needs_are_the_settings_of_its_sources_though_these_are_off(store: str) -> None:
    found = create_result_storage(from_environment({**HERE, "IMGSVC_RESULT_STORE": store}))

    assert found
    with pytest.raises(NotAtOnceError):
        found.at_once("a")


SOURCES = {"IMGSVC_S3_ENDPOINT": "sources.example", "IMGSVC_S3_ASSUME_ROLE_ARN": "arn:of:sources"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({}, ("sources.example", "arn:of:sources")),
        ({"IMGSVC_CACHE_S3_ENDPOINT": "results.example"}, ("results.example", "")),
        ({"IMGSVC_CACHE_S3_ASSUME_ROLE_ARN": "arn:of:results"}, ("", "arn:of:results")),
        ({"IMGPROXY_CACHE_USE": "s3", "IMGPROXY_CACHE_BUCKET": "results"}, ("", "")),
        ({"IMGSVC_CACHE_GCS_ENDPOINT": "results.example"}, ("sources.example", "arn:of:sources")),
    ],
)
def test_settings_of_its_own_count_alone_so_that_no_key_goes_to_the_other_s_server(told, expected) -> None:
    config = from_environment({**SOURCES, **told})
    found = own_settings(config.s3, config)

    assert (found.s3_endpoint, found.s3_assume_role_arn) == expected


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
