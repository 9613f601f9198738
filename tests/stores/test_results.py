"""Results that are kept in buckets of real servers, as RESULT_STORE says it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from imgsvc.config import from_environment
from imgsvc.keeping.storage import Storage
from imgsvc.results.naming import is_key
from imgsvc.schemes import create_result_storage
from tests.images import encoded, solid
from tests.keeping.contract import KEY, StorageContract
from tests.misbehaving import Origin, serves
from tests.serving.server import Server
from tests.stores.clouds import Cloud
from tests.stores.kept import environ_of
from tests.waiting import eventually

pytestmark = pytest.mark.slow

SAMPLES = Path(__file__).parents[2] / "samples"


def storage_of(scheme: str, cloud: Cloud, prefix: str) -> Storage:
    found = create_result_storage(from_environment(environ_of(scheme, cloud, prefix)))
    assert found
    return found


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

    assert (inside.get(KEY, 60), list(inside.folders()), inside.forget("0123456789ab")) == (None, [], 0)


def served(scheme: str, cloud: Cloud) -> Server:
    """A server that keeps its results there."""
    pictures = {"IMGSVC_LOCAL_FILESYSTEM_ROOT": str(SAMPLES), "IMGSVC_WORKERS": "1"}
    return Server(pictures | environ_of(scheme, cloud, "two-servers/"))


def everything(storage: Storage) -> list[str]:
    """All that is kept."""
    return [key for folder in storage.folders() for key in storage.keys(folder)]


def test_two_servers_share_a_bucket_and_its_tags(found: tuple[str, Cloud]) -> None:
    path = "/_/rs:fit:60:40/ct:shoes/plain/local:///meadow.jpg@png"
    environ, storage = environ_of(*found, "two-servers/"), storage_of(*found, "two-servers/")
    with served(*found) as first, served(*found) as second:
        made = first.get(path)
        assert eventually(lambda: any(map(is_key, everything(storage))))
        # Whose login is not there yet has nothing at first.
        assert eventually(lambda: second.get(path).content == made.content and 'store="hit"' in second.log())
    forgotten = CliRunner().invoke(main, ["purge", "--tag", "shoes"], env=environ)

    assert (forgotten.output, everything(storage)) == ("1 result forgotten\n", [])


def test_two_servers_share_a_bucket_of_sources(found: tuple[str, Cloud]) -> None:
    environ = environ_of(*found, "sources/")
    environ["IMGSVC_SOURCE_STORE"] = environ.pop("IMGSVC_RESULT_STORE")
    own = {"IMGSVC_WORKERS": "1", "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true", **environ}
    storage, picture = storage_of(*found, "sources/"), encoded(solid(40, 30))
    with Origin({"*": serves(picture)}) as origin, Server(own) as first, Server(own) as second:
        url = origin.url("/cat.png")
        assert first.get(f"/_/w:1/plain/{url}").status_code == 200
        assert eventually(lambda: everything(storage))
        # Whose login is not there yet has nothing at first.
        assert eventually(lambda: second.get(f"/_/w:2/plain/{url}").ok and 'source_store="hit"' in second.log())
        purged = {**environ, "IMGSVC_ALLOW_LOOPBACK_SOURCE_ADDRESSES": "true"}
        forgotten = CliRunner().invoke(main, ["purge", "--source", url], env=purged)

    assert (forgotten.output, everything(storage)) == ("1 source forgotten\n", [])
