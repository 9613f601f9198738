from imgsvc.runtime.board.layout import HISTOGRAM_WORDS, LIVE, SLOT_FETCHES, SLOT_WORDS, STATES, WORD, Live, State
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.board.views import FetchView, histogram_view, slot_view

NO_FETCHES = memoryview(b"").cast("Q")


def slot_words(**live: int) -> memoryview:
    """The words of a slot in which only these are set."""
    words = [0] * SLOT_WORDS
    for name, value in live.items():
        words[LIVE[Live[name]]] = value
    return memoryview(b"".join(word.to_bytes(8, "little") for word in words)).cast("Q")


def test_a_worker_with_a_request_is_busy() -> None:
    busy = slot_view(3, slot_words(PID=7, STATE=STATES.index(State.DECODE), SINCE=2_000_000_000), NO_FETCHES)

    assert (busy.number, busy.pid, busy.is_busy, busy.seconds(now=5.0)) == (3, 7, True, 3.0)


def test_a_worker_without_one_is_not() -> None:
    assert not slot_view(0, slot_words(STATE=STATES.index(State.IDLE)), NO_FETCHES).is_busy


def test_a_state_of_another_version_is_not_an_error() -> None:
    assert slot_view(0, slot_words(STATE=99), NO_FETCHES).state is STATES[-1]


def test_each_fetch_thread_says_since_when_it_is_at_what() -> None:
    words = memoryview(bytearray(SLOT_WORDS * WORD)).cast("Q")
    slot = Slot(words, 0, clock=lambda: 3_000_000_000)
    slot.fetch_begins(1, "an-id", "http://a.example")
    slot.fetch_begins(2, "another", "http://b.example")
    slot.fetch_ends(2)

    view = slot_view(0, words, words[SLOT_FETCHES:])

    assert view.fetches == (FetchView(3.0, "an-id", "http://a.example"),)


def test_a_histograms_sum_is_in_seconds() -> None:
    view = histogram_view([1] * (HISTOGRAM_WORDS - 1) + [1_500_000_000])

    assert (len(view.buckets), view.sum_seconds) == (HISTOGRAM_WORDS - 1, 1.5)
