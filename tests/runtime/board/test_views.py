from imgsvc.runtime.board.layout import (
    FETCH_ROWS,
    HISTOGRAM_WORDS,
    LIVE,
    SLOT_FETCHES,
    SLOT_WORDS,
    STATES,
    Gauge,
    Live,
    State,
)
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.board.views import SlotView, histogram_view, slot_view


def seen(number: int, **live: int) -> SlotView:
    """A slot in which only these words are set."""
    words = [0] * SLOT_WORDS
    for name, value in live.items():
        words[LIVE[Live[name]]] = value
    return view_of(memoryview(b"".join(word.to_bytes(8, "little") for word in words)).cast("Q"), number)


def view_of(words: memoryview, number: int = 0) -> SlotView:
    return slot_view(number, words, words[SLOT_FETCHES:])


def test_a_worker_with_a_request_is_busy() -> None:
    busy = seen(3, PID=7, STATE=STATES.index(State.DECODE), SINCE=2_000_000_000)

    assert (busy.number, busy.pid, busy.is_busy, busy.seconds(now=5.0)) == (3, 7, True, 3.0)


def test_a_worker_without_one_is_not() -> None:
    assert not seen(0, STATE=STATES.index(State.IDLE)).is_busy


def test_a_state_of_another_version_is_not_an_error() -> None:
    assert seen(0, STATE=99).state is STATES[-1]


def test_a_histograms_sum_is_in_seconds() -> None:
    view = histogram_view([1] * (HISTOGRAM_WORDS - 1) + [1_500_000_000])

    assert (len(view.buckets), view.sum_seconds) == (HISTOGRAM_WORDS - 1, 1.5)


def test_a_fetch_is_there_from_its_beginning_to_its_end() -> None:
    slot = Slot.private()
    slot.fetch_begins(FETCH_ROWS - 1, "id", "https://a.example")
    (fetch,) = view_of(slot.words).fetches
    slot.fetch_ends(FETCH_ROWS - 1)

    assert (fetch.request_id, fetch.origin) == ("id", "https://a.example")
    assert view_of(slot.words).fetches == ()


def test_fetches_beyond_the_rows_are_seen_by_nobody() -> None:
    slot = Slot.private()
    slot.fetch_begins(FETCH_ROWS, "id", "https://a.example")

    assert view_of(slot.words).fetches == ()


def test_nobody_who_waits_has_no_age_though_somebody_had() -> None:
    slot = Slot.private()
    slot.queued(1.0)

    assert view_of(slot.words).queue_age(5.0) == 0.0


def test_who_waits_is_as_old_as_was_said() -> None:
    slot = Slot.private()
    slot.queued(1.0)
    slot.gauge(Gauge.WAITING, 1)

    assert view_of(slot.words).queue_age(5.0) == 4.0
