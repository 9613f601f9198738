"""Writes to a store behind the answers' backs: in one thread of its own, and only so much at a time."""

import logging
import threading
from collections import deque
from collections.abc import Callable

from imgsvc.results.entry import Entry

_LOG = logging.getLogger("imgsvc.results")

# Bodies that wait to be written; what comes on top is not kept, and is made again when it is asked for again.
MAX_BACKLOG_BYTES = 64 << 20
# A thread without work ends, so that an idle worker has none.
_IDLE_SECONDS = 5


class Writer:
    """Calls `write` for each entry, one after the other; a worker that ends takes with it what has not been written."""

    def __init__(self, write: Callable[[Entry], None], most_bytes: int = MAX_BACKLOG_BYTES) -> None:
        self._write = write
        self._most_bytes = most_bytes
        self._changed = threading.Condition()
        self._backlog: deque[Entry] = deque()
        self._bytes = 0
        self._is_running = False
        self._lost = 0

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits to be written, nor is being written."""
        with self._changed:
            return not self._bytes

    def wait(self, seconds: float) -> bool:
        """Whether it is empty, or was within so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._bytes, seconds)

    def add(self, entry: Entry) -> None:
        """Have it written soon, if there is room for it."""
        with self._changed:
            if self._bytes + len(entry.body) > self._most_bytes:
                self._lost += 1
                return
            self._backlog.append(entry)
            self._bytes += len(entry.body)
            if self._is_running:
                self._changed.notify()
                return
            self._is_running = True
        self._start()

    def take_lost(self) -> int:
        """How many could not be written since this was asked last."""
        with self._changed:
            lost, self._lost = self._lost, 0
            return lost

    def _start(self) -> None:
        try:
            threading.Thread(target=self._run, name="results", daemon=True).start()
        except RuntimeError:
            # No more threads are to be had: the next one tries again.
            with self._changed:
                self._is_running = False
                self._lost += len(self._backlog)
                self._backlog.clear()
                self._bytes = 0

    def _run(self) -> None:
        while entry := self._next():
            try:
                self._write(entry)
            except Exception as error:  # noqa: BLE001 (a store is never the request's fault, nor the thread's end)
                self._has_failed(error)
            with self._changed:
                self._bytes -= len(entry.body)
                if not self._bytes:
                    self._changed.notify_all()

    def _next(self) -> Entry | None:
        with self._changed:
            if not self._backlog:
                self._changed.wait(_IDLE_SECONDS)
            self._is_running = bool(self._backlog)
            return self._backlog.popleft() if self._backlog else None

    def _has_failed(self, error: Exception) -> None:
        with self._changed:
            self._lost += 1
            is_first = self._lost == 1
        # One line for many: a full disk fails each of a thousand writes.
        if is_first:
            _LOG.warning("A result could not be kept: %s", error)
