"""Twin of imgsvc/sources/stores/openstack/building.py."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imgsvc.errors import CredentialsError
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.openstack.building import swift_source
from imgsvc.sources.stores.openstack.settings import SwiftSettings
from imgsvc.sources.stores.source import StoreSource
from tests.misbehaving import Answer, Exchange, Origin, never_answers, response, says, serves
from tests.sources.contract import BODY, Behind, RemoteContract, Served
from tests.sources.stores.desks import answered

OBJECT = "/v1/AUTH_a/shop/a"


def source(origin: Origin, timeout: int = 20, **more: object) -> StoreSource:
    given = {"swift_auth_url": origin.url("/auth/v1.0"), "swift_username": "me", "swift_api_key": "hush"}
    return swift_source(SwiftSettings(use_swift=True, **(given | more)), SourceSettings(download_timeout=timeout))  # type: ignore[arg-type]


def logs_in(exchange: Exchange) -> None:
    host = exchange.headers["host"]
    exchange.send(response(X_Storage_Url=f"http://{host}/v1/AUTH_a", X_Auth_Token="hush-token"))


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self) -> Iterator[Served]:
        with Origin({"/auth/v1.0": logs_in, OBJECT: serves(BODY)}) as origin:
            found = source(origin)
            yield Served(found, "swift://shop/a", "swift://shop/missing")
            found.close()

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Answer) -> Iterator[Served]:
            with Origin({"/auth/v1.0": logs_in, OBJECT: answer}) as origin:
                found = source(origin, timeout=1)
                yield Served(found, "swift://shop/a", "swift://shop/missing")
                found.close()

        return behind


def test_an_object_is_read_after_a_login() -> None:
    with Origin({"/auth/v1.0": logs_in, OBJECT: says(b"body")}) as origin:
        found = source(origin)

        assert [answered(found, "swift://shop/a") for _ in range(2)] == [(200, b"body")] * 2

    assert origin.targets == ["/auth/v1.0", *[OBJECT] * 2]


def test_a_login_has_seconds_of_its_own() -> None:
    with Origin({"*": never_answers}) as origin, pytest.raises(CredentialsError, match="within 1 s"):
        answered(source(origin, swift_connect_timeout_seconds=1), "swift://shop/a")
