"""Where entries are kept: a folder, or a bucket; keys have the form that naming.py gives them."""

from collections.abc import Iterator
from typing import Protocol

# Of results; larger ones are made anew each time. A whole entry is held in memory.
MAX_BYTES = 64 << 20
# Nobody waits longer for a lookup.
LOOKUP_SECONDS = 0.3


class Storage(Protocol):
    """Any number of threads, processes and machines may use one; what fails is an OSError or a RenderingError."""

    @property
    def is_local(self) -> bool:
        """Whether a lookup takes no time to speak of."""

    def get(self, key: str, seconds: float = LOOKUP_SECONDS) -> bytes | None:
        """The bytes of an entry, if there is one."""

    def put(self, key: str, data: bytes) -> None:
        """Keep an entry in place of the one before; where it cannot be, that one stands."""

    def delete(self, key: str) -> None:
        """Delete an entry, if it is there."""

    def folders(self) -> Iterator[str]:
        """Those at the top: recipes, and the markers of tags."""

    def keys(self, folder: str) -> Iterator[str]:
        """Of all entries below a folder."""

    def forget(self, folder: str) -> int:
        """Delete all entries below a folder; how many there were."""
