"""A worker's own slot of the scoreboard: what it is doing, and everything it counts.

Only its worker writes here (the arbiter before that is forked and after it is gone), so there is no lock; a worker that
is killed between two words leaves a number that is one too old, and nothing that anybody waits for.
"""

import threading
import time
from bisect import bisect_left
from collections.abc import Callable
from hashlib import blake2b

from imgsvc.runtime.board import layout
from imgsvc.runtime.board.layout import Counter, FetchResult, Gauge, Live, Spent, State, Tally
from imgsvc.source_url import SourceUrl

_NANO = 1_000_000_000
_LONGEST_LIFETIME_SECONDS = 315_360_000


def hash_of(text: str) -> int:
    """A word that stands for `text` in all processes; never 0, which stands for nothing."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()) or 1


class Slot:
    """The words of one slot, to write to."""

    def __init__(self, words: memoryview, number: int, clock: Callable[[], int] = time.monotonic_ns) -> None:
        self.number = number
        self._words = words
        self._clock = clock
        self._adding = threading.Lock()
        # The hash of the source URL of the request in work.
        self._source = 0

    @classmethod
    def private(cls) -> "Slot":
        """A slot that nobody else sees: for a process without a board."""
        return cls(memoryview(bytearray(layout.SLOT_WORDS * layout.WORD)).cast("Q"), -1)

    def occupy(self, pid: int) -> None:
        """Take the slot over for a new worker; what was counted in it goes on."""
        now = self._clock()
        self._write(
            {Live.PID: pid, Live.STARTED: now, Live.SERVED: 0, Live.WORKERS: self.live(Live.WORKERS) + 1},
            State.STARTING,
        )
        self._clear()

    def idle(self) -> None:
        """Wait for the next request."""
        self._write({}, State.IDLE)

    def begin(self, request_id: str, arrived: float, deadline: float) -> None:
        """Begin a request; both moments are those of time.monotonic()."""
        self._source = 0
        self._text(layout.LIVE_REQUEST_ID, layout.REQUEST_ID_BYTES, request_id)
        served = self.live(Live.SERVED) + 1
        moments = {Live.ARRIVED: int(arrived * _NANO), Live.DEADLINE: int(deadline * _NANO), Live.BEGAN: self._clock()}
        self._write({**moments, Live.SERVED: served}, State.REQUEST)
        self.count(Counter.REQUESTS)

    def name(self, request_id: str) -> None:
        """Say what the request in work is called, once that is known."""
        self._text(layout.LIVE_REQUEST_ID, layout.REQUEST_ID_BYTES, request_id)

    def enter(self, state: State) -> None:
        """Go on to another stage of the same request, or to an end."""
        self._write({}, state, keeps_request=True)

    def ask(self, source: SourceUrl) -> None:
        """Say which source the request is for; it stays until the request ends, or the source is dropped."""
        self._text(layout.LIVE_ORIGIN, layout.ORIGIN_BYTES, source.told_origin)
        self._words[layout.LIVE[Live.ORIGIN]] = hash_of(source.origin)
        self._source = hash_of(source.text)

    def drop(self) -> None:
        """The source could not be had: whatever is worked on from now on is another one."""
        self._source = 0

    def release(self) -> None:
        """Give the slot back; its counters stay."""
        self._write({Live.PID: 0}, State.FREE)
        self._clear()

    def count(self, counter: Counter, by: int = 1) -> None:
        """Add to a counter."""
        self._add(layout.COUNTERS[counter], by)

    def count_status(self, status: int) -> None:
        """Count an answer."""
        self._add(layout.BY_STATUS[layout.known_status(status)], 1)

    def count_error(self, category: str) -> None:
        """Count an error of the catalogue."""
        self._add(layout.BY_CATEGORY.get(category, layout.BY_CATEGORY["unexpected"]), 1)

    def count_format(self, tally: Tally, word: str) -> None:
        """Count an image by its format."""
        self._add(layout.BY_FORMAT.get((tally, word), layout.BY_FORMAT[tally, "other"]), 1)

    def count_fetch(self, row: int, result: FetchResult) -> None:
        """Count a fetch for the origin in this row of the board's head."""
        self._add(layout.BY_ORIGIN[row, result], 1)

    def gauge(self, gauge: Gauge, value: int) -> None:
        """Set a gauge; each has one thread that does."""
        self._words[layout.GAUGES[gauge]] = value

    def resident(self, size: int) -> None:
        """Say how much memory the worker takes, in bytes."""
        self._words[layout.LIVE[Live.RESIDENT]] = size

    def queued(self, since: float) -> None:
        """Say since when the one waits that waits longest, on time.monotonic(); 0: nobody does."""
        self._words[layout.LIVE[Live.QUEUED]] = int(since * _NANO)

    def observe(self, timed: str, seconds: float) -> None:
        """Put a duration into its histogram."""
        if timed in layout.HISTOGRAMS:
            first = layout.HISTOGRAMS[timed]
            with self._adding:
                self._words[first + bisect_left(layout.BOUNDS, seconds)] += 1
                self._words[first + layout.HISTOGRAM_WORDS - 1] += max(0, int(seconds * _NANO))

    def keep(self, seconds: int) -> None:
        """Count an answer by how long caches may keep it."""
        self._words[layout.LIFETIMES + bisect_left(layout.LIFETIME_BOUNDS, seconds)] += 1
        # A source may say any number; the sum must fit its word for ever.
        self._words[layout.LIFETIMES + layout.LIFETIME_WORDS - 1] += min(seconds, _LONGEST_LIFETIME_SECONDS)

    def spend(self, spent: Spent, word: str, amount: float) -> None:
        """Put what a picture took into the histogram of its source's format."""
        bounds = layout.SPENT_BOUNDS[spent]
        first = layout.SPENT.get((spent, word), layout.SPENT[spent, "other"])
        self._words[first + bisect_left(bounds, amount)] += 1
        self._words[first + len(bounds) + 1] += max(0, int(amount * _NANO if spent is Spent.CPU else amount / 1024))

    def live(self, name: Live) -> int:
        """A word of its own live part."""
        return self._words[layout.LIVE[name]]

    def fetch_begins(self, row: int, request_id: str, origin: str) -> None:
        """Say what this fetch thread is at, in it; rows that there is no room for are seen by nobody."""
        if row < layout.FETCH_ROWS:
            first = layout.SLOT_FETCHES + row * layout.FETCH_ROW_WORDS
            self._words[first] = 0
            self._words[first + 1] = threading.get_ident()
            self._text(first + layout.FETCH_REQUEST_ID, layout.REQUEST_ID_BYTES, request_id)
            self._text(first + layout.FETCH_ORIGIN, layout.ORIGIN_BYTES, origin)
            self._words[first] = self._clock()

    def fetch_ends(self, row: int) -> None:
        """It is idle."""
        if row < layout.FETCH_ROWS:
            self._words[layout.SLOT_FETCHES + row * layout.FETCH_ROW_WORDS] = 0

    def _clear(self) -> None:
        """Forget what there was of a worker that is gone."""
        for place in (layout.LIVE[Live.QUEUED], *layout.GAUGES.values()):
            self._words[place] = 0
        for row in range(layout.FETCH_ROWS):
            self.fetch_ends(row)

    @property
    def words(self) -> memoryview:
        """All words of this slot."""
        return self._words

    def _write(self, changes: dict[Live, int], state: State, *, keeps_request: bool = False) -> None:
        """Change the live part, with an odd version meanwhile, whatever a killed one left there."""
        version = self._words[0] | 1
        self._words[0] = version
        if not keeps_request and state is not State.REQUEST:
            for name in (Live.ARRIVED, Live.DEADLINE, Live.BEGAN, Live.ORIGIN):
                self._words[layout.LIVE[name]] = 0
            for place in range(layout.LIVE_REQUEST_ID, layout.LIVE_WORDS):
                self._words[place] = 0
        for name, value in changes.items():
            self._words[layout.LIVE[name]] = value
        if state is not State.KILLED:
            self._words[layout.LIVE[Live.SOURCE]] = self._source if state in layout.NATIVE else 0
        self._words[layout.LIVE[Live.STATE]] = layout.STATES.index(state)
        self._words[layout.LIVE[Live.SINCE]] = self._clock()
        self._words[0] = version + 1

    def _add(self, place: int, by: int) -> None:
        # The worker's threads count too; held for an addition, and never while anything is waited for.
        with self._adding:
            self._words[place] += by

    def _text(self, place: int, size: int, text: str) -> None:
        data = text.encode("utf-8", "replace")[:size].ljust(size, b"\0")
        self._words[place : place + size // layout.WORD] = memoryview(data).cast("Q")
