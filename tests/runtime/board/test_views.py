from imgsvc.runtime.board.layout import HISTOGRAM_WORDS, LIVE, SLOT_WORDS, STATES, Live, State
from imgsvc.runtime.board.views import histogram_view, slot_view


def slot_words(**live: int) -> memoryview:
    """The words of a slot in which only these are set."""
    words = [0] * SLOT_WORDS
    for name, value in live.items():
        words[LIVE[Live[name]]] = value
    return memoryview(b"".join(word.to_bytes(8, "little") for word in words)).cast("Q")


def test_a_worker_with_a_request_is_busy() -> None:
    busy = slot_view(3, slot_words(PID=7, STATE=STATES.index(State.DECODE), SINCE=2_000_000_000))

    assert (busy.number, busy.pid, busy.is_busy, busy.seconds(now=5.0)) == (3, 7, True, 3.0)


def test_a_worker_without_one_is_not() -> None:
    assert not slot_view(0, slot_words(STATE=STATES.index(State.IDLE))).is_busy


def test_a_state_of_another_version_is_not_an_error() -> None:
    assert slot_view(0, slot_words(STATE=99)).state is STATES[-1]


def test_a_histograms_sum_is_in_seconds() -> None:
    view = histogram_view([1] * (HISTOGRAM_WORDS - 1) + [1_500_000_000])

    assert (len(view.buckets), view.sum_seconds) == (HISTOGRAM_WORDS - 1, 1.5)
