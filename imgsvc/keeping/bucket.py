"""A bucket of an object store as a storage: an object for each entry, written whole or not at all."""

from collections.abc import Iterator

from imgsvc.keeping.storage import LOOKUP_SECONDS, MAX_BYTES
from imgsvc.runtime.scope import NotAtOnceError
from imgsvc.sources.stores.objects import Objects

# Behind the answers' backs; a store that takes longer loses the entry.
PUT_SECONDS = 5.0
# For a login, as whoever asks first has to wait for it.
LOGIN_SECONDS = 5.0
# For a page of a list, and each deletion.
_PURGE_SECONDS = 30.0


class Bucket:
    """The entries in `objects`; the store itself sees to it that one is whole for everybody, or not there."""

    is_local = False

    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def at_once(self, key: str) -> bytes | None:
        """NotAtOnceError: it has to be asked."""
        raise NotAtOnceError("a bucket has to be asked")

    def get(self, key: str, seconds: float = LOOKUP_SECONDS, most_bytes: int = MAX_BYTES) -> bytes | None:
        """The bytes of an entry, if there is one; a RenderingError where the store cannot be asked."""
        return self._objects.get(key, seconds, most_bytes)

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry; a RenderingError where it cannot be."""
        self._objects.put(key, data, PUT_SECONDS)

    def delete(self, key: str) -> None:
        """Delete an entry, if it is there."""
        self._objects.delete(key, _PURGE_SECONDS)

    def folders(self) -> Iterator[str]:
        """Those at the top."""
        yield from (each[:-1] for each in self._objects.names("", _PURGE_SECONDS, is_deep=False) if each[-1:] == "/")

    def forget(self, folder: str) -> int:
        """Delete all entries below a folder; how many there were."""
        count = 0
        for key in self.keys(folder):
            self.delete(key)
            count += 1
        return count

    def keys(self, folder: str) -> Iterator[str]:
        """Of all entries below a folder."""
        return self._objects.names(f"{folder}/", _PURGE_SECONDS)
