import pytest

from imgsvc.runtime.board.layout import BY_CATEGORY, BY_STATUS, COUNTERS, NATIVE, Counter, Gauge, Live, State
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.source_url import SourceUrl


@pytest.fixture
def slot():
    made = Slot.private()
    made.occupy(1)
    return made


def test_a_hash_is_the_same_in_every_process_and_never_nothing():
    assert hash_of("http://a.example") == 13819072142540772541
    assert hash_of("a") != hash_of("b")


def test_a_request_that_ended_leaves_nothing_of_itself(slot):
    slot.begin("id", 1, 2)
    slot.ask(SourceUrl.parse("http://a.example/cat.png"))
    slot.idle()

    assert [slot.live(name) for name in (Live.ARRIVED, Live.DEADLINE, Live.ORIGIN, Live.SOURCE)] == [0, 0, 0, 0]


@pytest.mark.parametrize("stage", State, ids=str)
def test_a_source_is_named_while_native_code_works_on_it(slot, stage):
    slot.begin("id", 1, 2)
    slot.ask(SourceUrl.parse("http://a.example/cat.png"))
    slot.enter(stage)

    assert bool(slot.live(Live.SOURCE)) == (stage in NATIVE)


def test_a_source_that_could_not_be_had_is_not(slot):
    slot.begin("id", 1, 2)
    slot.ask(SourceUrl.parse("http://a.example/cat.png"))
    slot.drop()
    slot.enter(State.DECODE)

    assert slot.live(Live.SOURCE) == 0


def test_who_is_killed_leaves_its_name_there(slot):
    slot.begin("id", 1, 2)
    slot.ask(SourceUrl.parse("http://a.example/cat.png"))
    slot.enter(State.DECODE)
    slot.enter(State.KILLED)

    assert slot.live(Live.SOURCE) == hash_of("http://a.example/cat.png")


def test_a_stage_keeps_the_request(slot):
    slot.begin("id", 1, 2)
    slot.enter(State.DECODE)

    assert slot.live(Live.ARRIVED) == 1_000_000_000


def test_a_new_worker_starts_at_its_own_first_request(slot):
    slot.begin("id", 1, 2)
    slot.gauge(Gauge.SENDING, 3)
    slot.occupy(2)

    assert (slot.live(Live.SERVED), slot.live(Live.WORKERS)) == (0, 2)


@pytest.mark.parametrize(("status", "counted"), [(200, 200), (206, 206), (451, 498), (201, 299), (799, 599)])
def test_every_status_is_counted_somewhere(slot, status, counted):
    slot.count_status(status)

    assert slot.words[BY_STATUS[counted]] == 1


def test_an_error_of_an_unknown_category_is_unexpected(slot):
    slot.count_error("news")

    assert slot.words[BY_CATEGORY["unexpected"]] == 1


def test_counters_add_up(slot):
    slot.count(Counter.BYTES_SENT, 10)
    slot.count(Counter.BYTES_SENT, 5)

    assert slot.words[COUNTERS[Counter.BYTES_SENT]] == 15


def test_a_duration_that_nobody_asked_for_is_passed_over(slot):
    before = slot.words.tolist()
    slot.observe("lunch", 3600)

    assert slot.words.tolist() == before
