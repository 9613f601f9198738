"""Results that are kept in buckets of real servers, as RESULT_STORE says it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from imgsvc.config import from_environment
from imgsvc.results.storage import Storage
from imgsvc.schemes import create_result_storage
from tests.results.contract import KEY, StorageContract
from tests.stores.amazon import KEY_ID, SECRET, amazon
from tests.stores.clouds import Cloud, azure, google, swift

pytestmark = pytest.mark.slow

AMAZONS = {"AWS_ACCESS_KEY_ID": KEY_ID, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_CONFIG_FILE": "/nowhere"}
GOOGLES = {"NO_GCE_CHECK": "true", "CLOUDSDK_CONFIG": "/nowhere"}


def environ_of(scheme: str, cloud: Cloud, prefix: str = "") -> dict[str, str]:
    """The server's, whose sources are elsewhere: of the store's settings all but the switch."""
    plain: Mapping[str, str] = {"s3": AMAZONS, "gs": GOOGLES}.get(scheme, {})
    named = {f"IMGSVC_{name}": value for name, value in cloud.settings.items() if not name.startswith("USE_")}
    return {**plain, **named, "IMGSVC_RESULT_STORE": f"{scheme}://shop/{prefix}"}


def storage_of(scheme: str, cloud: Cloud, prefix: str) -> Storage:
    found = create_result_storage(from_environment(environ_of(scheme, cloud, prefix)))
    assert found
    return found


@pytest.fixture(scope="module", name="found", params=["s3", "gs", "abs", "swift"])
def _found(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Cloud]]:
    folder: Path = tmp_path_factory.mktemp("cloud")
    made = {"s3": lambda: amazon(folder), "gs": google, "abs": azure, "swift": lambda: swift(folder)}
    with ExitStack() as held:
        yield request.param, held.enter_context(made[request.param]())


class TestContract(StorageContract):
    @pytest.fixture
    def storage(self, found: tuple[str, Cloud], request: pytest.FixtureRequest) -> Storage:
        return storage_of(*found, f"kept~{request.node.originalname}/.v1/")


def test_a_list_of_several_pages_is_read_to_its_end(found: tuple[str, Cloud]) -> None:
    storage = storage_of(*found, "pages/")
    names = [f"{KEY}{number:04}" for number in range(1100)]
    for name in names:
        storage.put(name, b"x")

    assert storage.forget("0123456789ab") == len(names)


def test_a_prefix_is_the_whole_of_what_is_seen(found: tuple[str, Cloud]) -> None:
    inside, beside = storage_of(*found, "one/"), storage_of(*found, "one-more/")
    beside.put(KEY, b"data")

    assert (inside.get(KEY, 60), list(inside.recipes()), inside.forget("0123456789ab")) == (None, [], 0)
