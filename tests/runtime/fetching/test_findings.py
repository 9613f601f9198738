import pytest

from imgsvc.runtime.board.layout import FINDINGS, SLOT_WORDS, WORD
from imgsvc.runtime.fetching.findings import Findings, Notebook


class Clock:
    now = 10**12

    def __call__(self):
        self.now += 10**9
        return self.now


@pytest.fixture
def notebooks():
    """Of three workers."""
    slots = [memoryview(bytearray(SLOT_WORDS * WORD)).cast("Q") for _ in range(3)]
    clock = Clock()
    return [Notebook(slot, lambda: slots, clock) for slot in slots]


def test_of_an_unknown_origin_nothing_is_known(notebooks):
    assert notebooks[0].about(7) == Findings(0, 0.0, 0.0, 0.0, 0.0)


def test_all_workers_know_what_each_of_them_found(notebooks):
    for notebook in notebooks:
        notebook.timed_out(7)
        notebook.timed_out(8)

    assert [notebook.about(7).timeouts for notebook in notebooks] == [3, 3, 3]


def test_an_answer_to_one_worker_clears_what_all_had_against_the_origin(notebooks):
    notebooks[0].timed_out(7)
    notebooks[1].timed_out(7)
    notebooks[2].answered(7, 0.1)

    assert notebooks[0].about(7).timeouts == 0


def test_after_an_answer_the_count_begins_anew(notebooks):
    notebooks[0].timed_out(7)
    notebooks[0].timed_out(7)
    notebooks[1].answered(7, 0.1)
    notebooks[0].timed_out(7)

    assert notebooks[2].about(7).timeouts == 1


def test_what_it_takes_is_the_mean_of_what_each_worker_found(notebooks):
    notebooks[0].answered(7, 0.1)
    notebooks[1].answered(7, 0.3)

    assert notebooks[2].about(7).mean_seconds == pytest.approx(0.2)


def test_newer_answers_count_for_more(notebooks):
    notebooks[0].answered(7, 0.2)
    notebooks[0].answered(7, 0.1)
    soon = notebooks[1].about(7).mean_seconds
    for _ in range(20):
        notebooks[0].answered(7, 0.1)

    assert soon == pytest.approx(0.18)
    assert notebooks[1].about(7).mean_seconds == pytest.approx(0.1, rel=0.02)


def test_a_probe_is_seen_until_it_is_over(notebooks):
    notebooks[0].probing(7)
    is_probed = notebooks[1].about(7).probed > 0
    notebooks[0].unknown(7)

    assert (is_probed, notebooks[1].about(7).probed) == (True, 0)


def test_a_full_notebook_gives_up_what_it_touched_longest_ago(notebooks):
    for origin in range(1, FINDINGS + 2):
        notebooks[0].timed_out(origin)

    assert [notebooks[0].about(origin).timeouts for origin in (1, 2, FINDINGS + 1)] == [0, 1, 1]
