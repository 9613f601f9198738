"""Where entries are kept: a folder, or a bucket; keys have the form that naming.py gives them."""

from collections.abc import Iterator
from typing import Protocol

# Of entries; larger ones are made or fetched anew each time. A whole one is held in memory.
MAX_BYTES = 64 << 20
# Nobody waits longer for a lookup.
LOOKUP_SECONDS = 0.3


class Storage(Protocol):
    """Any number of threads, processes and machines may use one; what fails is an OSError or a RenderingError."""

    @property
    def is_local(self) -> bool:
        """Whether it is a disk of this machine: to write to it takes no time to speak of."""

    def at_once(self, key: str) -> bytes | None:
        """The same as `get`, where nothing has to be waited for; NotAtOnceError where something would have to be."""

    def get(self, key: str, seconds: float = LOOKUP_SECONDS, most_bytes: int = MAX_BYTES) -> bytes | None:
        """The bytes of an entry, if there is one; one that has more of them than it could is none."""

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry in place of the one before; where it cannot be, that one stands."""

    def delete(self, key: str) -> None:
        """Delete an entry, if it is there."""

    def folders(self) -> Iterator[str]:
        """Those at the top: recipes, the markers of tags, and sources."""

    def keys(self, folder: str) -> Iterator[str]:
        """Of all entries below a folder."""

    def forget(self, folder: str) -> int:
        """Delete all entries below a folder; how many there were."""
