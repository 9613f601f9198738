import re
from dataclasses import replace

import pytest

from imgsvc.config import Config, from_environment, guard
from imgsvc.kept_sources.naming import folder_of, guard_of, is_folder, key_in
from imgsvc.results.naming import TAGS, recipe_of
from imgsvc.url.parse import Parser
from imgsvc.url.settings import UrlSettings

SOURCE = "https://source.example/cat.png"


def test_a_key_is_guard_and_url() -> None:
    assert re.fullmatch(r"sources-guard/([0-9a-f]{2})/\1[0-9a-f]{30}", key_in(folder_of("guard"), SOURCE))


def test_sources_are_told_apart() -> None:
    assert key_in("f", SOURCE) != key_in("f", f"{SOURCE}?v=2")


@pytest.mark.parametrize(
    "spelling", ["plain/https://source.example/cat.png", "aHR0cHM6Ly9zb3VyY2UuZXhhbXBsZS9jYXQucG5n"]
)
def test_two_spellings_of_a_url_are_one(spelling: str) -> None:
    parsed = Parser(UrlSettings(), (), now=lambda: 0.0).parse(f"w:1/{spelling}")

    assert key_in("f", parsed.source.text) == key_in("f", SOURCE)


def test_its_folder_is_no_recipe_s_and_no_tag_s() -> None:
    assert is_folder(folder_of(guard_of()))
    assert not any(map(is_folder, (TAGS, recipe_of(), "")))


# What is kept by these must be found by every later version; where one has to change, GUARD_VERSION changes with it.
def test_a_key_stays_what_it_was() -> None:
    assert key_in(folder_of(guard_of()), SOURCE) == "sources-6b86b273ff34/6b/6b11468368a2f8af79c02120bdc1e052"


def test_the_guard_of_settings_as_they_come_stays_what_it_was() -> None:
    assert guard(from_environment({})) == "e2fd4b26ee96"


GUARDS = {
    "IMGSVC_ALLOWED_SOURCES": ("https://source.example/", "968baec2a79b"),
    "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": ("true", "1613c080af49"),
    "IMGSVC_ALLOW_PRIVATE_SOURCE_ADDRESSES": ("false", "4a7da25b6dcf"),
    "IMGSVC_IGNORE_SSL_VERIFICATION": ("true", "ad1415a80161"),
    "IMGSVC_CUSTOM_REQUEST_HEADERS": ("X-Shop=one", "d14050d606b9"),
    "IMGSVC_S3_ENDPOINT": ("https://s3.example", "c30d8029422a"),
    "AWS_ENDPOINT_URL_S3": ("https://s3.example", "df45e6343614"),
    "IMGSVC_S3_DENIED_BUCKETS": ("private", "57769d32697c"),
    "IMGSVC_GCS_ENDPOINT": ("https://gcs.example", "69da0e9f3730"),
    "IMGSVC_ABS_NAME": ("account", "e119ae3ae3e9"),
    "IMGSVC_SWIFT_AUTH_URL": ("https://swift.example/auth", "32b65013fa6d"),
    "IMGSVC_SOURCE_URL_QUERY_SEPARATOR": ("@", "40baf18a7e4b"),
}


@pytest.mark.parametrize("name", GUARDS)
def test_what_decides_whether_and_from_whom_a_source_is_fetched_changes_the_guard(name: str) -> None:
    setting, known = GUARDS[name]

    assert guard(from_environment({name: setting})) == known
    assert known != guard(Config())


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
        {"IMGSVC_SWIFT_API_KEY": "a", "IMGSVC_SWIFT_TIMEOUT_SECONDS": "9"},
        {"IMGSVC_ABS_KEY": "YQ=="},
        {"IMGSVC_QUALITY": "10"},
        {"IMGSVC_MAX_SRC_FILE_SIZE": "10"},
    ],
    ids=lambda environ: next(iter(environ)),
)
def test_keys_that_are_rotated_and_what_is_looked_at_each_time_do_not(environ: dict[str, str]) -> None:
    assert guard(from_environment(environ)) == guard(Config())


def test_what_is_kept_under_one_guard_is_not_found_under_another() -> None:
    config = Config()
    others = replace(config, addresses=replace(config.addresses, allow_loopback_source_addresses=True))

    assert key_in(folder_of(guard(config)), SOURCE) != key_in(folder_of(guard(others)), SOURCE)
