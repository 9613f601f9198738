"""A folder as a store: a file for each entry, written beside its place and moved there."""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

from imgsvc.keeping.cached import READING, read_cached
from imgsvc.keeping.mounts import is_local
from imgsvc.keeping.storage import LOOKUP_SECONDS, MAX_BYTES
from imgsvc.runtime.scope import NotAtOnceError

# As of a file that is being written, and of one whose writer was killed meanwhile.
_UNFINISHED = ".new"


class Folder:
    """The entries below `root`, by key; any number of processes and machines may use it at once."""

    def __init__(self, root: Path) -> None:
        # Where it leads: a link may lead off this machine.
        self.root = root.resolve()
        # PERF: putting a Path together takes as long as reading the file.
        self._prefix = f"{self.root}/"
        # Elsewhere, opening a file may be a question to somebody who does not answer.
        self.is_local = is_local(self.root)

    def at_once(self, key: str) -> bytes | None:
        """The bytes of an entry that is in memory; NotAtOnceError for any other."""
        if not self.is_local:
            raise NotAtOnceError("somebody else has to answer")
        return read_cached(f"{self._prefix}{key}", MAX_BYTES)

    def get(self, key: str, _seconds: float = LOOKUP_SECONDS, most_bytes: int = MAX_BYTES) -> bytes | None:
        """The bytes of an entry, if there is one; OSError where the folder cannot be read. Nothing bounds its time."""
        try:
            descriptor = os.open(f"{self._prefix}{key}", READING)
        except (FileNotFoundError, NotADirectoryError):
            return None
        try:
            size = os.fstat(descriptor).st_size
            # SECURITY: whoever may write to the folder does not fill our memory.
            return os.read(descriptor, size + 1) if size <= most_bytes else None
        finally:
            os.close(descriptor)

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry in place of the one before; OSError where it cannot be, and then that one stands."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with NamedTemporaryFile(dir=path.parent, suffix=_UNFINISHED, delete=False) as file:
            try:
                file.write(data)
                file.flush()
                Path(file.name).replace(path)
            except BaseException:
                with suppress(OSError):
                    Path(file.name).unlink()
                raise

    def delete(self, key: str) -> None:
        """Delete an entry, if it is there."""
        (self.root / key).unlink(missing_ok=True)

    def folders(self) -> Iterator[str]:
        """Those at the top."""
        with suppress(FileNotFoundError):
            yield from sorted(each.name for each in self.root.iterdir() if each.is_dir())

    def forget(self, folder: str) -> int:
        """Delete all entries below a folder of the store; how many there were."""
        found = sum(1 for _ in self.keys(folder))
        with suppress(FileNotFoundError):
            shutil.rmtree(self.root / folder)
        return found

    def keys(self, folder: str) -> Iterator[str]:
        """Of all entries below a folder."""
        for each in (self.root / folder).rglob("*"):
            if each.is_file() and each.suffix != _UNFINISHED:
                yield str(each.relative_to(self.root))
