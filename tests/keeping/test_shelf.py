from pathlib import Path

import pytest

from imgsvc.errors import SourceTimeoutError
from imgsvc.keeping.folder import Folder
from imgsvc.keeping.lookup import Lookup
from imgsvc.keeping.shelf import Shelf


class Broken(Folder):
    """It cannot be read for this reason."""

    error: Exception = OSError("input/output error")

    def get(self, key: str, _seconds: float = 0.3, _most_bytes: int = 0) -> bytes | None:
        raise self.error


def test_what_is_there_is_found_at_once_or_later(tmp_path: Path) -> None:
    shelf = Shelf(Folder(tmp_path), "RESULT_STORE")
    shelf.storage.put("r/a", b"data")

    assert (shelf.get("r/a"), shelf.glance("r/a")) == (b"data", b"data")


def test_what_is_not_there_or_empty_is_a_miss(tmp_path: Path) -> None:
    shelf = Shelf(Folder(tmp_path), "RESULT_STORE")
    shelf.storage.put("r/empty", b"")

    assert (shelf.get("r/a"), shelf.get("r/empty")) == (Lookup.MISS, Lookup.MISS)


def test_what_has_more_bytes_than_it_could_is_a_miss(tmp_path: Path) -> None:
    shelf = Shelf(Folder(tmp_path), "RESULT_STORE", most_bytes=3)
    shelf.storage.put("r/a", b"data")

    assert shelf.get("r/a") is Lookup.MISS


@pytest.mark.parametrize("error", [OSError("input/output error"), SourceTimeoutError("no answer")])
def test_a_store_that_cannot_be_asked_is_said_by_its_setting_and_once_a_minute(tmp_path, caplog, error) -> None:
    now, broken = [1000.0], Broken(tmp_path)
    broken.error = error
    shelf = Shelf(broken, "SOURCE_STORE", clock=lambda: now[0])
    found = [shelf.get("r/a") for _ in range(3)]
    now[0] += 60
    shelf.get("r/a")

    assert found == [Lookup.FAILED] * 3
    assert [each.getMessage() for each in caplog.records] == [
        f"SOURCE_STORE cannot be asked, and pictures are made: {error}"
    ] * 2
