"""What a reader of the scoreboard sees: frozen copies of a slot, and of the sums over all of them."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from imgsvc.runtime.board import layout
from imgsvc.runtime.board.layout import Counter, FetchResult, Gauge, Live, Spent, State, Tally

_NANO = 1_000_000_000


@dataclass(frozen=True, slots=True)
class FetchView:
    """What one fetch thread was at; `since` on time.monotonic(), `thread` as its stack names it."""

    since: float
    thread: int
    request_id: str
    origin: str


@dataclass(frozen=True, slots=True)
class SlotView:
    """What one worker was doing when it was looked at; moments are those of time.monotonic(), 0 if there is none."""

    number: int
    pid: int
    state: State
    since: float
    started: float
    arrived: float
    deadline: float
    request_id: str
    origin: str
    origin_hash: int
    source_hash: int
    served: int
    resident_bytes: int
    reading: int
    sending: int
    unsent_bytes: int
    waiting: int = 0
    fetching: int = 0
    ready: int = 0
    held_bytes: int = 0
    lost: int = 0
    queued: float = 0.0
    fetches: tuple[FetchView, ...] = ()

    @property
    def is_busy(self) -> bool:
        """Whether its main thread holds a request."""
        return self.state in layout.BUSY

    @property
    def is_at_rest(self) -> bool:
        """Whether nobody waits for it, nor for an origin by way of it."""
        return self.state is State.IDLE and not (self.waiting or self.fetching or self.ready)

    @property
    def queue_length(self) -> int:
        """Requests in its hands that wait for their fetch to begin, or for its main thread."""
        return self.waiting + self.ready

    def queue_age(self, now: float) -> float:
        """For how long the one of these has waited that has waited longest, as it was seen lately."""
        return max(0.0, now - self.queued) if self.queue_length and self.queued else 0.0

    def seconds(self, now: float | None = None) -> float:
        """How long it has been in this state."""
        return (time.monotonic() if now is None else now) - self.since


@dataclass(frozen=True, slots=True)
class HistogramView:
    """How often each bucket was hit, last what is over all bounds (not cumulative), and the sum."""

    buckets: tuple[int, ...]
    sum_seconds: float


@dataclass(frozen=True, slots=True)
class Totals:
    """Everything that was counted since the server was started, by all workers there have been."""

    counters: Mapping[Counter, int]
    gauges: Mapping[Gauge, int]
    statuses: Mapping[int, int]
    categories: Mapping[str, int]
    histograms: Mapping[str, HistogramView]
    lifetimes: HistogramView
    formats: Mapping[tuple[Tally, str], int]
    spent: Mapping[tuple[Spent, str], HistogramView]
    # By row of the origin: origins.py.
    fetches: Mapping[tuple[int, FetchResult], int]
    workers_started: int


def histogram_view(words: list[int]) -> HistogramView:
    """The words of one histogram, its sum last."""
    return HistogramView(tuple(words[:-1]), words[-1] / _NANO)


def lifetimes_view(words: list[int]) -> HistogramView:
    """The words of the histogram of lifetimes, whose sum is in seconds."""
    return HistogramView(tuple(words[:-1]), float(words[-1]))


def spent_view(spent: Spent, words: list[int]) -> HistogramView:
    """The words of the histogram of what pictures of one format took."""
    view = histogram_view(words)
    return view if spent is Spent.CPU else HistogramView(view.buckets, words[-1] * 1024.0)


def _fetches(words: memoryview) -> Iterator[FetchView]:
    for first in range(0, len(words), layout.FETCH_ROW_WORDS):
        if since := words[first]:
            request_id = words[first + layout.FETCH_REQUEST_ID : first + layout.FETCH_ORIGIN]
            origin = words[first + layout.FETCH_ORIGIN : first + layout.FETCH_ROW_WORDS]
            yield FetchView(since / _NANO, words[first + 1], _text(request_id), _text(origin))


def slot_view(number: int, words: memoryview, fetches: memoryview) -> SlotView:
    """The words of one slot, and those of its fetch threads."""

    def moment(name: Live) -> float:
        return words[layout.LIVE[name]] / _NANO

    return SlotView(
        number=number,
        pid=words[layout.LIVE[Live.PID]],
        state=layout.STATES[min(words[layout.LIVE[Live.STATE]], len(layout.STATES) - 1)],
        since=moment(Live.SINCE),
        started=moment(Live.STARTED),
        arrived=moment(Live.ARRIVED),
        deadline=moment(Live.DEADLINE),
        request_id=_text(words[layout.LIVE_REQUEST_ID : layout.LIVE_ORIGIN]),
        origin=_text(words[layout.LIVE_ORIGIN : layout.LIVE_WORDS]),
        origin_hash=words[layout.LIVE[Live.ORIGIN]],
        source_hash=words[layout.LIVE[Live.SOURCE]],
        served=words[layout.LIVE[Live.SERVED]],
        resident_bytes=words[layout.LIVE[Live.RESIDENT]],
        reading=words[layout.GAUGES[Gauge.READING]],
        sending=words[layout.GAUGES[Gauge.SENDING]],
        unsent_bytes=words[layout.GAUGES[Gauge.UNSENT_BYTES]],
        waiting=words[layout.GAUGES[Gauge.WAITING]],
        fetching=words[layout.GAUGES[Gauge.FETCHING]],
        ready=words[layout.GAUGES[Gauge.READY]],
        held_bytes=words[layout.GAUGES[Gauge.HELD_BYTES]],
        lost=words[layout.GAUGES[Gauge.LOST]],
        queued=moment(Live.QUEUED),
        fetches=tuple(_fetches(fetches)),
    )


def _text(words: memoryview) -> str:
    data = b"".join(word.to_bytes(layout.WORD, "little") for word in words.tolist())
    return data.rstrip(b"\0").decode("utf-8", "replace")
