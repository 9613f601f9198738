import os
import threading
from pathlib import Path

import pytest

from imgsvc.keeping.folder import Folder
from imgsvc.keeping.storage import MAX_BYTES
from imgsvc.runtime.scope import NotAtOnceError
from tests.keeping.contract import StorageContract


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "not" / "there yet")


class TestContract(StorageContract):
    @pytest.fixture
    def storage(self, folder: Folder) -> Folder:
        return folder


def files(folder: Folder) -> list[Path]:
    return [path for path in folder.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("key", ["r/ab/source/other", "r/ab/source/wishes/deeper", "other"])
def test_what_is_not_there_is_nothing(folder: Folder, key: str) -> None:
    folder.put("r/ab/source/wishes", b"data")

    assert folder.get(key) is None


def test_the_last_one_stands(folder: Folder) -> None:
    folder.put("r/a", b"first")
    folder.put("r/a", b"second")

    assert (folder.get("r/a"), len(files(folder))) == (b"second", 1)


def test_where_one_cannot_be_put_the_one_before_stands_and_nothing_is_left(folder: Folder) -> None:
    folder.put("r/a", b"first")
    (folder.root / "r/a/taken").parent.with_name("b").mkdir()
    with pytest.raises(OSError, match="directory"):
        folder.put("r/b", b"second")

    assert [path.name for path in files(folder)] == ["a"]


def test_what_is_too_large_to_be_ours_is_not_read(folder: Folder) -> None:
    folder.put("r/a", b"data")
    with (folder.root / "r/a").open("ab") as file:
        file.truncate(MAX_BYTES + 1)

    assert folder.get("r/a") is None


def test_readers_see_one_of_two_writers_whole(folder: Folder) -> None:
    bodies = [letter * 100_000 for letter in (b"a", b"b")]
    folder.put("r/a", bodies[0])
    writers = [
        threading.Thread(target=lambda body=body: [folder.put("r/a", body) for _ in range(50)]) for body in bodies
    ]
    for writer in writers:
        writer.start()
    seen = {folder.get("r/a") for _ in range(200)}
    for writer in writers:
        writer.join()

    assert seen <= set(bodies)


def test_folders_are_those_at_the_top(folder: Folder) -> None:
    before = list(folder.folders())
    for recipe in ("b", "a"):
        folder.put(f"{recipe}/ab/source/wishes", b"data")

    assert (before, list(folder.folders())) == ([], ["a", "b"])


def test_a_fifo_in_a_file_s_place_blocks_nobody_and_is_replaced(folder: Folder) -> None:
    (folder.root / "r").mkdir(parents=True)
    os.mkfifo(folder.root / "r/a")

    assert not folder.get("r/a")
    folder.put("r/a", b"data")
    assert folder.get("r/a") == b"data"


def test_a_link_is_where_it_leads(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/proc/self")

    with pytest.raises(NotAtOnceError, match="somebody else"):
        Folder(tmp_path / "link" / "results").at_once("r/a")
