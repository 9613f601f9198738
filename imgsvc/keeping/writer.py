"""Writes to a store behind the answers' backs: in a few threads of its own, and only so much at a time."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

_LOG = logging.getLogger("imgsvc.keeping")

# Bodies that wait to be written; what comes on top is not kept, and is made again when it is asked for again.
MAX_BACKLOG_BYTES = 64 << 20
# PERF: to a store that takes 20 ms, eight write six times as much as one; a disk seldom needs a second one.
MOST_THREADS = 8
# A thread without work ends, so that an idle worker has none.
_IDLE_SECONDS = 5


class Kept(Protocol):
    """What is to be written."""

    @property
    def key(self) -> str:
        """What it is kept under."""

    @property
    def body(self) -> bytes:
        """Nearly all of it."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """In place of what was kept: no bytes are no entry, and to write them needs no right to delete."""

    key: str
    body: bytes = b""


E = TypeVar("E", bound=Kept)


class Writer(Generic[E]):
    """Calls `write` for each entry; those of one key come one after the other, as they were added.

    A worker that ends takes with it what has not been written. `what` it is, for the log.
    """

    def __init__(
        self,
        write: Callable[[E], None],
        what: str,
        most_bytes: int = MAX_BACKLOG_BYTES,
        most_threads: int = MOST_THREADS,
    ) -> None:
        self._write = write
        self._what = what
        self._most_bytes = most_bytes
        self._most_threads = most_threads
        self._lock = threading.Lock()
        self._has_more, self._is_done = threading.Condition(self._lock), threading.Condition(self._lock)
        self._backlog: deque[E] = deque()
        self._keys: set[str] = set()
        self._bytes = 0
        self._threads = 0
        self._idle = 0
        self._lost = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written, nor is being written."""
        with self._lock:
            return self._has_nothing()

    def wait(self, seconds: float) -> bool:
        """Whether it is empty, or was within so many seconds."""
        with self._lock:
            return self._is_done.wait_for(self._has_nothing, seconds)

    def add(self, entry: E) -> None:
        """Have it written soon, if there is room for it."""
        with self._lock:
            if self._bytes + len(entry.body) > self._most_bytes:
                self._lost += 1
                return
            self._backlog.append(entry)
            self._bytes += len(entry.body)
            if self._idle < len(self._backlog) and self._threads < self._most_threads:
                self._start()
            self._has_more.notify()

    def take_lost(self) -> int:
        """How many could not be written since this was asked last."""
        with self._lock:
            lost, self._lost = self._lost, 0
            return lost

    def _start(self) -> None:
        self._threads += 1
        try:
            threading.Thread(target=self._run, name=self._what, daemon=True).start()
        except (RuntimeError, MemoryError):
            # No more threads are to be had: those that are there do it, or the next entry tries again.
            self._threads -= 1
            if not self._threads:
                self._lost += len(self._backlog)
                self._backlog.clear()
                self._bytes = 0

    def _run(self) -> None:
        while entry := self._next():
            try:
                self._write(entry)
            except Exception as error:  # noqa: BLE001 (a store is never the request's fault, nor the thread's end)
                self._has_failed(error)
            with self._lock:
                self._bytes -= len(entry.body)
                self._keys.discard(entry.key)
                # What came for the same key meanwhile may be written now.
                self._has_more.notify()
                if self._has_nothing():
                    self._is_done.notify_all()

    def _next(self) -> E | None:
        with self._lock:
            if (entry := self._taken()) is None:
                self._idle += 1
                self._has_more.wait(_IDLE_SECONDS)
                self._idle -= 1
                entry = self._taken()
            if entry is None:
                self._threads -= 1
            return entry

    def _has_nothing(self) -> bool:
        return not (self._backlog or self._keys)

    def _taken(self) -> E | None:
        """The oldest whose key nobody is at."""
        entry = next((each for each in self._backlog if each.key not in self._keys), None)
        if entry is not None:
            self._backlog.remove(entry)
            self._keys.add(entry.key)
        return entry

    def _has_failed(self, error: Exception) -> None:
        with self._lock:
            self._lost += 1
            is_first = self._lost == 1
        # One line for many: a full disk fails each of a thousand writes.
        if is_first:
            _LOG.warning("A %s could not be kept: %s", self._what, error)
