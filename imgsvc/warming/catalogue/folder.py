"""A folder below LOCAL_FILESYSTEM_ROOT, as a catalogue."""

import os
from collections.abc import Iterator
from pathlib import Path

from imgsvc.warming.units import Unit


def files(root: Path, folder: Path) -> Iterator[Unit]:
    """The files of a folder and of those in it, by name; neither hidden ones nor what is behind links."""
    for path, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(names):
            file = Path(path, name)
            if not name.startswith(".") and not file.is_symlink():
                status = file.stat()
                yield Unit(f"local:///{file.relative_to(root)}", f"{status.st_size}-{status.st_mtime_ns}")
