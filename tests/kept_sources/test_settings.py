import pytest

from imgsvc.config import read
from imgsvc.keeping.location import Location
from imgsvc.keeping.storage import MAX_BYTES


def test_there_is_none_unless_it_is_set() -> None:
    assert read({})[0].source_store.source_store is None


def test_where_sources_are_kept_is_one_url() -> None:
    config, mistakes = read({"IMGSVC_SOURCE_STORE": "gs://bucket/sources"})

    assert (config.source_store.source_store, mistakes) == (Location("gs", "bucket", "sources/"), [])


@pytest.mark.parametrize("size", ["0", "-1", str(MAX_BYTES + 1), "x"])
def test_no_larger_source_is_kept_than_a_store_holds(size: str) -> None:
    _, mistakes = read({"IMGSVC_SOURCE_STORE_MAX_BYTES": size})

    assert [each.name for each in mistakes] == ["IMGSVC_SOURCE_STORE_MAX_BYTES"]
