"""The scoreboard: memory in which every worker says what it is doing and counts what it did.

The arbiter makes it before it forks; workers and the observer inherit it. SECURITY: it has no name, so that nobody can
make it first, sweep it away, or take another server's for it; who may look into the arbiter opens it by way of that.
It is written by one and read without a lock, survives every kind of death, and never grows. To read it:

    board = Scoreboard.of(arbiter_pid)
    board.rows()     a SlotView for each worker: state, since when, request, origin, deadline
    board.totals()   counters, statuses, error categories and histograms, summed over all slots; they never fall
    board.wanted     workers that there should be

Moments are seconds of time.monotonic(), which is the same clock in every process of a machine.
"""

import fcntl
import mmap
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from imgsvc.runtime.board import layout
from imgsvc.runtime.board.layout import Live, State
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.board.views import SlotView, Totals, histogram_view, lifetimes_view, slot_view, spent_view

_NANO = 1_000_000_000
_TRIES = 200
_PAUSE_SECONDS = 0.001
_NAME = "imgsvc-board"


class ScoreboardError(Exception):
    """There is no scoreboard where one was looked for, or it is of another version."""


class Scoreboard:
    """A mapped board, and the descriptor of its memory."""

    def __init__(self, descriptor: int, *, is_read_only: bool = False) -> None:
        self.descriptor = descriptor
        # Nothing is in it; workers lock it, one at a time.
        self.permit_descriptor = os.memfd_create("imgsvc-permit", os.MFD_CLOEXEC)
        self._map = mmap.mmap(descriptor, 0, access=mmap.ACCESS_READ if is_read_only else mmap.ACCESS_WRITE)
        self._slots: tuple[memoryview, ...] = ()
        self._words = memoryview(self._map)[: len(self._map) // layout.WORD * layout.WORD].cast("Q")
        if len(self._words) < layout.HEAD_WORDS or self._words[layout.HEAD_FORMAT] not in (0, layout.FORMAT):
            self.close()
            raise ScoreboardError("this is no scoreboard of this version")

    @classmethod
    def create(cls, slots: int) -> Self:
        """Make the board of this process."""
        descriptor = os.memfd_create(_NAME, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        # Not only its length: a page that memory has no room for later would end its writer with SIGBUS.
        os.posix_fallocate(descriptor, 0, layout.board_bytes(slots))
        # As would one that is taken away.
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        board = cls(descriptor)
        for place, value in (
            (layout.HEAD_SLOTS, slots),
            (layout.HEAD_ARBITER, os.getpid()),
            (layout.HEAD_MADE, time.monotonic_ns()),
        ):
            board._words[place] = value
        board._words[layout.HEAD_FORMAT] = layout.FORMAT
        return board

    @classmethod
    def inherited(cls, descriptor: int) -> Self:
        """The board of the server that this process was started by, to read it; ScoreboardError if it is none."""
        try:
            return cls(descriptor, is_read_only=True)
        except (OSError, ValueError) as error:
            raise ScoreboardError(f"descriptor {descriptor}: {error}") from error

    @classmethod
    def of(cls, arbiter_pid: int) -> Self:
        """Open the board of another process, to read it; ScoreboardError if it has none, or may not be looked into."""
        for path in Path(f"/proc/{arbiter_pid}/fd").glob("*"):
            with suppress(OSError):
                if str(path.readlink()).startswith(f"/memfd:{_NAME} "):
                    return cls.inherited(os.open(path, os.O_RDONLY | os.O_CLOEXEC))
        raise ScoreboardError(f"process {arbiter_pid} has no scoreboard that can be read")

    def close(self) -> None:
        """Unmap it, once nobody looks at it any more; the file stays."""
        for words in (*self._slots, self._words):
            words.release()
        self._slots = ()
        with suppress(BufferError):
            self._map.close()
        os.close(self.descriptor)
        os.close(self.permit_descriptor)

    @property
    def words(self) -> memoryview:
        """The head's words; layout.HEAD_* says which is which."""
        return self._words[: layout.HEAD_WORDS]

    @property
    def loads(self) -> memoryview:
        """Of each slot how many requests its worker has in hand, and one; 0 where it takes none."""
        first = layout.HEAD_WORDS + self.slot_count * layout.SLOT_WORDS
        return self._words[first : first + self.slot_count]

    @property
    def slot_count(self) -> int:
        """Slots that there are; most are free."""
        return self._words[layout.HEAD_SLOTS]

    @property
    def arbiter_pid(self) -> int:
        """The process that made it."""
        return self._words[layout.HEAD_ARBITER]

    @property
    def made(self) -> float:
        """When it was made, on time.monotonic()."""
        return self._words[layout.HEAD_MADE] / _NANO

    @property
    def wanted(self) -> int:
        """Workers that there should be."""
        return self._words[layout.HEAD_WANTED]

    def want(self, workers: int) -> None:
        """Say how many workers there should be; the arbiter's alone."""
        self._words[layout.HEAD_WANTED] = workers

    def slot(self, number: int) -> Slot:
        """The slot of this number, to write to."""
        return Slot(self._slot_words(number), number)

    def reserve(self) -> Slot:
        """A free slot for a worker about to be forked, a private one if there is none; the arbiter's alone."""
        for number in range(self.slot_count):
            if self._slot_words(number)[layout.LIVE[Live.STATE]] == layout.STATES.index(State.FREE):
                slot = self.slot(number)
                slot.enter(State.STARTING)
                return slot
        return Slot.private()

    def rows(self) -> list[SlotView]:
        """Every slot that a worker has."""
        views = (self.row(number) for number in range(self.slot_count))
        return [view for view in views if view.state is not State.FREE]

    def row(self, number: int) -> SlotView:
        """What is in one slot; read again while it is being written, and after a few times taken as it is."""
        words = self._slot_words(number)
        for _ in range(_TRIES):
            # Asked before the copy is made, and after it: a copy may begin anywhere.
            version = words[0]
            copy = memoryview(bytes(words[: layout.LIVE_WORDS + len(layout.GAUGES)])).cast("Q")
            if version % 2 == 0 and version == words[0]:
                break
            # On a busy machine its writer may have lost the processor in between.
            time.sleep(_PAUSE_SECONDS)
        return slot_view(number, copy, words[layout.SLOT_FETCHES :])

    def totals(self) -> Totals:
        """All counters, summed over the slots."""
        slots = [words[: layout.SUMMED_WORDS].tolist() for words in self.slots_words()]
        sums = [sum(column) for column in zip(*slots, strict=True)]
        return Totals(
            counters={name: sums[place] for name, place in layout.COUNTERS.items()},
            gauges={name: sums[place] for name, place in layout.GAUGES.items()},
            statuses={status: sums[place] for status, place in layout.BY_STATUS.items()},
            categories={name: sums[place] for name, place in layout.BY_CATEGORY.items()},
            histograms={
                name: histogram_view(sums[place : place + layout.HISTOGRAM_WORDS])
                for name, place in layout.HISTOGRAMS.items()
            },
            lifetimes=lifetimes_view(sums[layout.LIFETIMES : layout.LIFETIMES + layout.LIFETIME_WORDS]),
            formats={key: sums[place] for key, place in layout.BY_FORMAT.items()},
            spent={
                (spent, word): spent_view(spent, sums[place : place + len(layout.SPENT_BOUNDS[spent]) + 2])
                for (spent, word), place in layout.SPENT.items()
            },
            fetches={key: sums[place] for key, place in layout.BY_ORIGIN.items()},
            workers_started=sums[layout.LIVE[Live.WORKERS]],
        )

    def slots_words(self) -> tuple[memoryview, ...]:
        """The words of every slot, to read."""
        if not self._slots:
            self._slots = tuple(self._slot_words(number) for number in range(self.slot_count))
        return self._slots

    def _slot_words(self, number: int) -> memoryview:
        first = layout.HEAD_WORDS + number * layout.SLOT_WORDS
        return self._words[first : first + layout.SLOT_WORDS]
