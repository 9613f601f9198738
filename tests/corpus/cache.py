"""The files of the corpus, outside git, each under its own hash: what is there once is not fetched again."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.manifest import KEPT, Origin, Row

Members = Callable[[Origin, Path], Iterable[tuple[str, bytes]]]


def default_folder(environ: Mapping[str, str]) -> Path:
    """Where files are, unless told otherwise."""
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "imgsvc" / "corpus"


@dataclass(frozen=True, slots=True)
class Cache:
    """A folder of files that are named for their hashes; a file in kept/ needs none."""

    folder: Path

    def body(self, row: Row) -> bytes | None:
        """The file, or nothing if it is not there, or is another one."""
        path = KEPT / row.kept if row.kept else self._path(row.sha256)
        body = path.read_bytes() if path.is_file() else b""
        return body if _hash(body) == row.sha256 else None

    def fetch(
        self, rows: Iterable[Row], origins: Mapping[str, Origin], members: Members, say: Callable[[str], None]
    ) -> list[str]:
        """Bring what is missing, package by package; a sentence for each that could not be had."""
        missing: dict[str, set[str]] = {}
        for row in rows:
            if self.body(row) is None:
                missing.setdefault(row.origin, set()).add(row.sha256)
        failed = []
        with tempfile.TemporaryDirectory(prefix="imgsvc-corpus-") as folder:
            for number, (name, wanted) in enumerate(sorted(missing.items()), 1):
                say(f"[{number}/{len(missing)}] {name}: {len(wanted)} files")
                failed += self._take(wanted, origins[name], members, Path(folder))
        return failed

    def _take(self, wanted: set[str], origin: Origin, members: Members, folder: Path) -> Iterator[str]:
        """Keep those files of a package that are wanted."""
        left = set(wanted)
        try:
            for _, body in members(origin, folder):
                if (hash_ := _hash(body)) in left:
                    self._keep(hash_, body)
                    left.discard(hash_)
        except Exception as error:  # noqa: BLE001 (of any client; the rest of the corpus is still of use)
            yield f"{origin.name}: {error}"
            return
        if left:
            yield f"{origin.name}: {len(left)} files are not in it, or not as they were"

    def _keep(self, hash_: str, body: bytes) -> None:
        """Whole or not at all, for the next run believes what it finds."""
        path = self._path(hash_)
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{hash_}.{os.getpid()}")
        part.write_bytes(body)
        part.replace(path)

    def _path(self, hash_: str) -> Path:
        return self.folder / hash_[:2] / hash_


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
