"""A cache of bounded size and age, for any number of threads."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from imgsvc.runtime.idle import keeps

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Entry(Generic[T]):
    value: T
    size: int
    ends: float


@dataclass(slots=True, eq=False, weakref_slot=True)
class Cache(Generic[T]):
    """Values by name: at most so many, of so many bytes together, for so long; who was used longest ago goes first."""

    most: int
    max_bytes: int
    max_seconds: float
    clock: Callable[[], float] = time.monotonic
    held: int = 0
    _entries: OrderedDict[Hashable, _Entry[T]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        keeps(self)

    def get(self, name: Hashable) -> T | None:
        """The value of this name, if there is one that is not too old."""
        with self._lock:
            found = self._entries.get(name)
            if found is None or found.ends <= self.clock():
                return None
            self._entries.move_to_end(name)
            return found.value

    def put(self, name: Hashable, value: T, size: int) -> None:
        """Keep a value of `size` bytes, in place of another of this name; not one that is larger than all together."""
        with self._lock:
            self._drop(name)
            if size > self.max_bytes:
                return
            self._entries[name] = _Entry(value, size, self.clock() + self.max_seconds)
            self.held += size
            while len(self._entries) > self.most or self.held > self.max_bytes:
                self._drop(next(iter(self._entries)))

    def let_go(self, now: float) -> None:
        """Drop what is too old."""
        # PERF: asked once a second, and there are no watermarks as a rule.
        if self._entries:
            with self._lock:
                for name in [name for name, each in self._entries.items() if each.ends <= now]:
                    self._drop(name)

    def _drop(self, name: Hashable) -> None:
        if entry := self._entries.pop(name, None):
            self.held -= entry.size
