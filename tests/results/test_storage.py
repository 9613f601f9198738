"""Twin of imgsvc/results/storage.py; contract.py has what holds of each."""

from pathlib import Path

from imgsvc.results.folder import Folder
from imgsvc.results.storage import Storage


def test_a_folder_is_one(tmp_path: Path) -> None:
    storage: Storage = Folder(tmp_path)

    assert storage.is_local
