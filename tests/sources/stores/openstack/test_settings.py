"""Twin of imgsvc/sources/stores/openstack/settings.py."""

import pytest

from imgsvc.sources.stores.openstack.settings import SwiftSettings, auth_version


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({}, "SWIFT_AUTH_URL where"),
        ({"swift_auth_url": "http://a.example/identity"}, "SWIFT_AUTH_VERSION"),
        ({"swift_auth_url": "http://u:hush@a.example/v3"}, "SWIFT_AUTH_URL"),
        ({"swift_auth_url": "http://a.example/v1.0", "swift_api_key": "hush\nhush"}, "SWIFT_API_KEY"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(wrong: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named) as caught:
        SwiftSettings(use_swift=True, **wrong)  # type: ignore[arg-type]

    assert "hush" not in str(caught.value)


def test_a_password_of_keystone_may_hold_any_character() -> None:
    SwiftSettings(use_swift=True, swift_auth_url="http://a.example/v3", swift_api_key="käse\n")


def test_a_version_may_be_set_where_the_url_names_none() -> None:
    SwiftSettings(use_swift=True, swift_auth_url="http://a.example/identity", swift_auth_version=3)


@pytest.mark.parametrize(
    ("url", "version", "found"),
    [
        ("http://a.example/v3", 0, 3),
        ("http://a.example/v2.0", 0, 2),
        ("http://a.example/auth/v1.0", 0, 1),
        ("http://a.example/v3", 1, 1),
        ("http://a.example/identity", 0, 0),
    ],
)
def test_the_version_is_the_one_that_is_set_or_else_named(url: str, version: int, found: int) -> None:
    assert auth_version(url, version) == found
