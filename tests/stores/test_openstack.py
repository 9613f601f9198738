"""swift:// on OpenStack Swift, with its own login and with Keystone's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from imgsvc.errors import CredentialsError, SourceError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.openstack.building import swift_source
from imgsvc.sources.stores.openstack.settings import SwiftSettings
from imgsvc.sources.stores.source import StoreSource
from tests.sources.contract import BODY, Served, SourceContract
from tests.stores.clouds import KEPT, ODD_KEYS, Cloud, fetched, keystone, settings, swift

pytestmark = pytest.mark.slow

FETCHING = SourceSettings(download_timeout=30)


@pytest.fixture(scope="module", name="cloud")
def _cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with swift(tmp_path_factory.mktemp("swift")) as cloud:
        yield cloud


@pytest.fixture(name="source")
def _source(cloud: Cloud) -> Iterator[StoreSource]:
    source = swift_source(settings(SwiftSettings, cloud.settings), FETCHING)
    yield source
    source.close()


class TestContract(SourceContract):
    @pytest.fixture
    def served(self, source: StoreSource) -> Served:
        return Served(source, "swift://shop/a", "swift://shop/missing")


@pytest.fixture(scope="module", name="theirs")
def _theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with keystone(tmp_path_factory.mktemp("keystone")) as cloud:
        yield cloud


class TestKeystone(SourceContract):
    @pytest.fixture
    def served(self, theirs: Cloud) -> Iterator[Served]:
        source = swift_source(settings(SwiftSettings, theirs.settings), FETCHING)
        # Whether its token is good, Swift asks Keystone when it sees it first.
        fetched(source, "swift://shop/a")
        yield Served(source, "swift://shop/a", "swift://shop/missing")
        source.close()

    def test_a_wrong_password_gives_no_session(self, theirs: Cloud) -> None:
        wrong = replace(settings(SwiftSettings, theirs.settings), swift_api_key="hush")

        with pytest.raises(CredentialsError, match=r"version 3 at .* answered 401") as caught:
            fetched(swift_source(wrong, FETCHING), "swift://shop/a")

        assert "hush" not in str(caught.value)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_a_key_is_read_byte_for_byte(source: StoreSource, key: str) -> None:
    assert fetched(source, f"swift://shop/{key}").body == KEPT[key]


def test_a_container_that_is_not_there_is_missing(source: StoreSource) -> None:
    with pytest.raises(SourceError) as caught:
        fetched(source, "swift://nowhere/a")

    assert caught.value.status == 404


def test_a_wrong_password_gives_no_session(cloud: Cloud) -> None:
    wrong = replace(settings(SwiftSettings, cloud.settings), swift_api_key="hush")

    with pytest.raises(CredentialsError, match="answered 401") as caught:
        fetched(swift_source(wrong, FETCHING), "swift://shop/a")

    assert (caught.value.status, caught.value.retry_after_seconds) == (503, 5)


def test_a_user_who_may_not_read_is_forbidden(cloud: Cloud) -> None:
    stranger = replace(settings(SwiftSettings, cloud.settings), swift_username="test:stranger")

    with pytest.raises(SourceError) as caught:
        fetched(swift_source(stranger, FETCHING), "swift://shop/a")

    assert caught.value.status == 403


def test_a_token_that_swift_has_forgotten_is_had_anew(cloud: Cloud) -> None:
    source = swift_source(settings(SwiftSettings, cloud.settings), FETCHING)
    fetched(source, "swift://shop/a")
    session = source.store._session  # type: ignore[attr-defined]
    old = session._lease.value
    session._lease = session._lease._replace(value=old._replace(token="AUTH_tkforgotten"))
    session._began -= 60

    assert fetched(source, "swift://shop/a").body == BODY
    assert session._lease.value.token not in ("AUTH_tkforgotten",)
