import pytest

from imgsvc.runtime.board.findings import Findings, Notebook
from imgsvc.runtime.board.layout import FINDINGS, SLOT_WORDS, WORD


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
    assert notebooks[0].about(7) == Findings(0, 0.0, 0.0, 0.0)


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


def test_how_long_it_takes_is_the_longest_of_its_last_answers(notebooks):
    notebooks[0].answered(7, 0.2)
    notebooks[1].answered(7, 0.1)
    at_first = notebooks[2].about(7).takes_seconds
    for _ in range(20):
        notebooks[0].answered(7, 0.1)

    assert (at_first, notebooks[2].about(7).takes_seconds) == (0.2, 0.1)


def test_a_probe_is_seen_until_it_is_over(notebooks):
    notebooks[0].probing(7)
    is_probed = notebooks[1].about(7).probed > 0
    notebooks[0].unknown(7)

    assert (is_probed, notebooks[1].about(7).probed) == (True, 0)


def test_a_full_notebook_gives_up_what_it_touched_longest_ago(notebooks):
    for origin in range(1, FINDINGS + 2):
        notebooks[0].timed_out(origin)

    assert [notebooks[0].about(origin).timeouts for origin in (1, 2, FINDINGS + 1)] == [0, 1, 1]


def test_the_last_answer_of_all_other_origins_is_known(notebooks):
    notebooks[0].answered(7, 0.1)
    alone = notebooks[1].others_answered(7)
    notebooks[1].answered(8, 0.1)
    notebooks[2].answered(7, 0.1)

    assert (alone, notebooks[2].others_answered(7)) == (0, notebooks[0].about(8).answered)


class Still(Clock):
    """Time goes on where a test says so."""

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Still()


@pytest.fixture
def slots():
    return [memoryview(bytearray(SLOT_WORDS * WORD)).cast("Q") for _ in range(3)]


@pytest.fixture
def workers(slots, clock):
    return [Notebook(slot, lambda: slots, clock) for slot in slots]


def test_who_waits_for_an_origin_is_counted_over_all_workers(workers):
    workers[0].waits(7, 2, 1.0)
    workers[1].waits(7, 3, 1.0)
    workers[1].waits(8, 9, 1.0)

    assert workers[2].about(7).waiting == 5


def test_a_count_that_is_not_renewed_is_nobody_s(workers, clock):
    workers[0].waits(7, 2, 1.0)
    clock.now += 10**9

    assert workers[1].about(7).waiting == 0


@pytest.mark.parametrize(("count", "since", "longer"), [(1, 1.0, True), (1, 3.0, False), (0, 1.0, False)])
def test_who_waits_longer_is_known(workers, slots, count, since, longer):
    workers[0].waits(7, count, since)

    assert workers[1].waits_longer(slots[0], 7, 2.0) == longer
