"""Twin of imgsvc/keeping/storage.py; contract.py has what holds of each."""

from pathlib import Path

from imgsvc.keeping.folder import Folder
from imgsvc.keeping.storage import Storage


def test_a_folder_is_one(tmp_path: Path) -> None:
    storage: Storage = Folder(tmp_path)

    storage.put("a", b"data")

    assert storage.at_once("a") == b"data"
