"""Files that somebody dropped on the page: in a private folder, by their digests, for an hour."""

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MOST_BYTES = 32 << 20
MOST_FILES = 16
KEPT_SECONDS = 3600.0
# What a source URL of one begins with; the server itself has no such sources.
SCHEME = "dropped:///"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CHUNK_BYTES = 256 * 1024
# As long as anybody's own connection to his own server may take.
_PATIENCE_SECONDS = 120.0


class Body(Protocol):
    """What a file comes in."""

    def read(self, size: int, /) -> bytes:
        """So many bytes at most; none at its end."""


class DropError(Exception):
    """It is not kept; the text says why."""


@dataclass(frozen=True, slots=True)
class Drops:
    """Those in `folder`, which is nobody else's; `now` gives Unix seconds, as files have them."""

    folder: Path
    now: Callable[[], float] = time.time

    def keep(self, body: Body, length: int) -> str:
        """Keep what is read of `body`; gives its source URL."""
        if not 0 < length <= MOST_BYTES:
            raise DropError(f"A file of 1 to {MOST_BYTES} bytes is taken; this one has {length}.")
        self.sweep(coming=1)
        digest = hashlib.sha256()
        descriptor, name = tempfile.mkstemp(dir=self.folder, prefix="coming-")
        try:
            with os.fdopen(descriptor, "wb") as file:
                for chunk in _chunks(body, length):
                    digest.update(chunk)
                    file.write(chunk)
            Path(name).replace(self.folder / digest.hexdigest())
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return SCHEME + digest.hexdigest()

    def sweep(self, coming: int = 0) -> int:
        """Forget what is older than an hour, and the oldest where there are too many; how many stay."""
        found = sorted((self._moment(path), path) for path in self.folder.iterdir() if path.is_file())
        too_many = max(0, len(found) + coming - MOST_FILES)
        old = [path for moment, path in found if moment < self.now() - KEPT_SECONDS]
        for path in {*old, *(path for _, path in found[:too_many])}:
            with suppress(OSError):
                path.unlink()
        return len([path for _, path in found if path.exists()])

    @staticmethod
    def _moment(path: Path) -> float:
        with suppress(OSError):
            return path.stat().st_mtime
        return 0.0


def local_source(source: str) -> str:
    """The source URL by which the drops' own server knows a dropped file; empty for any other source."""
    digest = source.removeprefix(SCHEME)
    return f"local:///{digest}" if source.startswith(SCHEME) and _DIGEST.fullmatch(digest) else ""


def _chunks(body: Body, length: int) -> Iterator[bytes]:
    until, left = time.monotonic() + _PATIENCE_SECONDS, length
    while left:
        chunk = body.read(min(left, _CHUNK_BYTES))
        if not chunk or time.monotonic() > until:
            raise DropError("It did not come whole.")
        left -= len(chunk)
        yield chunk
