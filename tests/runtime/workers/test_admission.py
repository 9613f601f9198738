import pytest

from imgsvc.errors import (
    ClientClosedRequestError,
    OriginBusyError,
    OriginDownError,
    QuarantinedError,
    RequestTimeoutError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.board.layout import FetchResult, Live, State
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.deadline import Deadline
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.workers.admission import (
    ALONE_SECONDS,
    BREAKS_AFTER,
    OPEN_SECONDS,
    SLOW_SECONDS,
    Admission,
    WaitsItsTurn,
)
from imgsvc.source_url import SourceUrl

CAT = SourceUrl.parse("http://a.example/cat.png")
HASH = hash_of(CAT.origin)
OTHER = SourceUrl.parse("http://b.example/cat.png")


class Gate:
    """A worker's admission, for requests that have ten seconds left, and come just now."""

    def __init__(self, workers, admission):
        self.workers = workers
        self.admission = admission
        self.leave, self.may_try, self.waits = admission.leave, admission.may_try, admission.waits

    def admit(self, url, seconds=10.0, *, waited=0.0):
        now = self.workers.now()
        deadline = Deadline(now + seconds, self.workers.now, self.workers.pause)
        self.admission.admit(url, deadline, None if waited is None else now - waited)


class Workers:
    """Four of them, each with its gate, on one board; time goes on where a test says so."""

    def __init__(self, path):
        self.began, self.late = 1000.0, 0.0
        self.board = Scoreboard.create(4)
        self.board.want(4)
        self.slots = [Slot(self.board.reserve().words, number, lambda: int(self.now() * 1e9)) for number in range(4)]
        for slot in self.slots:
            slot.occupy(1)
        self.paused = 0.0
        self.frees = None
        self.gates = [Gate(self, Admission(self.board, slot, RuntimeSettings(), self.now)) for slot in self.slots]

    def now(self):
        # No two moments are the same.
        self.began += 1e-6
        return self.began + self.late

    def pause(self, seconds):
        """Time goes on, and a worker that is to be free again is."""
        self.late += seconds
        self.paused += seconds
        if self.frees is not None:
            self.gates[self.frees].leave(None, 0.0)
            self.frees = None

    def fetch(self, number, error=None, url=CAT, seconds=0.0):
        self.slots[number].begin("id", 0, 1)
        self.gates[number].admit(url)
        self.gates[number].leave(error, seconds)


@pytest.fixture
def workers(tmp_path):
    made = Workers(tmp_path / "a.board")
    yield made
    made.board.close()


@pytest.fixture
def down(workers):
    """An origin that timed out often enough."""
    for number in range(BREAKS_AFTER):
        workers.fetch(number % 4, SourceTimeoutError("slow"))
    return workers


def test_half_of_the_workers_may_fetch_from_one_origin(workers):
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(SourceUrl.parse("http://a.example/dog.png"))
    assert workers.slots[2].live(Live.STATE) == list(State).index(State.REQUEST)


def test_the_other_half_is_for_other_origins(workers):
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    workers.gates[2].admit(OTHER)


def test_an_origin_that_answers_and_is_alone_may_have_all_workers_but_one(workers):
    workers.fetch(3)
    for number in range(3):
        workers.gates[number].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[3].admit(CAT)


def test_it_has_half_again_as_soon_as_another_one_answers(workers):
    workers.fetch(3)
    workers.fetch(3, url=OTHER)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)


def test_what_another_one_answered_long_ago_does_not_count(workers):
    workers.fetch(3, url=OTHER)
    workers.late = ALONE_SECONDS + 0.1
    workers.fetch(3)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    workers.gates[2].admit(CAT)


def test_an_origin_that_timed_out_has_half_though_it_is_alone(workers):
    workers.fetch(3)
    workers.fetch(3, SourceTimeoutError("slow"))
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)


def test_behind_a_slow_origin_nobody_waits(workers):
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    workers.late = SLOW_SECONDS + 0.1

    with pytest.raises(OriginBusyError):
        workers.gates[2].admit(CAT)


def test_an_origin_that_is_fast_is_waited_for_as_long_as_twice_its_time(workers):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=0.05)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)
    assert workers.paused == pytest.approx(0.1, abs=0.005)


def test_who_waits_for_a_fast_origin_is_let_in_as_soon_as_there_is_room(workers):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=0.05)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    workers.frees = 0

    workers.gates[2].admit(CAT)

    assert workers.paused < 0.01


def test_nobody_waits_for_a_fast_origin_past_the_deadline_of_its_request(workers):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=0.1)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT, seconds=0.05)
    assert workers.paused == pytest.approx(0.05, abs=0.005)


@pytest.mark.parametrize(("seconds", "result"), [(3, FetchResult.ABANDONED), (9.5, FetchResult.TIMEOUT)])
def test_our_own_deadline_is_the_origin_s_only_where_it_had_nearly_all_of_it(workers, seconds, result):
    workers.fetch(0, RequestTimeoutError("late"), seconds=seconds)

    assert workers.board.totals().fetches[0, result] == 1


def test_nor_does_it_open_the_breaker(workers):
    for _ in range(BREAKS_AFTER):
        workers.fetch(0, RequestTimeoutError("late"), seconds=1)

    workers.gates[0].admit(CAT)


def test_no_worker_stands_still_for_an_origin_that_is_slow(workers):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=0.2)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)
    assert workers.paused == 0


@pytest.mark.parametrize(("usual", "patience"), [(0.01, 0.5), (0.3, 0.6), (0.9, 1.0)])
def test_an_origin_that_answered_lately_gets_twice_what_it_takes(workers, usual, patience):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=usual)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    workers.late = patience - 0.1

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)
    workers.late = patience + 0.1
    with pytest.raises(OriginBusyError):
        workers.gates[2].admit(CAT)


def test_a_fetch_that_is_over_makes_room(workers):
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    workers.gates[0].leave(None, 0.0)

    workers.gates[2].admit(CAT)


@pytest.fixture
def busy(workers):
    """An origin of 0.2 s that has its share: two of four workers."""
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=0.2)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    return workers


@pytest.mark.parametrize(("waiting", "answer"), [(10, WaitsItsTurn), (11, OriginBusyError)])
def test_who_could_not_be_served_in_time_is_refused_at_once(busy, waiting, answer):
    """Two workers give ten answers a second: as many may wait as that is in 0.6 of Q."""
    busy.gates[2].waits(HASH, waiting, busy.now())

    with pytest.raises(answer):
        busy.gates[3].admit(CAT)


def test_an_origin_that_is_too_slow_for_a_second_turn_is_not_waited_for(workers):
    workers.fetch(3, url=OTHER)
    workers.fetch(3, seconds=3)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)

    with pytest.raises(OriginBusyError):
        workers.gates[2].admit(CAT)


def test_who_has_waited_for_a_worker_may_wait_less_for_its_origin(busy):
    busy.gates[2].waits(HASH, 6, busy.now())

    with pytest.raises(OriginBusyError):
        busy.gates[3].admit(CAT, waited=0.6)


def test_who_was_put_aside_is_not_refused_for_those_that_came_later(busy):
    busy.gates[2].waits(HASH, 100, busy.now())

    with pytest.raises(WaitsItsTurn):
        busy.gates[3].admit(CAT, waited=None)


def test_nobody_overtakes_those_that_wait(busy):
    busy.gates[2].waits(HASH, 1, busy.now())
    busy.gates[1].leave(None, 0.2)

    with pytest.raises(WaitsItsTurn):
        busy.gates[2].admit(CAT)
    busy.gates[2].admit(CAT, waited=None)


def test_whose_origin_has_room_may_try(busy):
    before = busy.gates[2].may_try(HASH, busy.now())
    busy.gates[1].leave(None, 0.2)

    assert (before, busy.gates[2].may_try(HASH, busy.now())) == (False, True)


def test_whose_origin_is_not_waited_for_any_more_may_try_to_be_told(busy):
    busy.late += 10

    assert busy.gates[2].may_try(HASH, busy.now())


def test_who_waits_longer_with_an_idle_worker_is_first(busy):
    early, late = busy.now(), busy.now()
    busy.gates[1].leave(None, 0.2)
    busy.slots[3].idle()
    busy.gates[3].waits(HASH, 1, early)

    assert (busy.gates[2].may_try(HASH, late), busy.gates[3].may_try(HASH, early)) == (False, True)


def test_a_worker_that_is_busy_keeps_nobody_waiting(busy):
    early, late = busy.now(), busy.now()
    busy.gates[1].leave(None, 0.2)
    busy.slots[3].enter(State.DECODE)
    busy.gates[3].waits(HASH, 1, early)

    assert busy.gates[2].may_try(HASH, late)


@pytest.mark.parametrize(("seconds", "is_first"), [(0, False), (0.1, True)])
def test_a_worker_that_has_just_begun_a_request_will_look_soon(busy, seconds, is_first):
    early, late = busy.now(), busy.now()
    busy.gates[1].leave(None, 0.2)
    busy.slots[3].enter(State.REQUEST)
    busy.gates[3].waits(HASH, 1, early)
    busy.late += seconds

    assert busy.gates[2].may_try(HASH, late) == is_first


def test_one_slow_answer_among_fast_ones_says_little(workers):
    workers.fetch(3, url=OTHER)
    for seconds in (0.05, 0.05, 0.5, 0.05, 0.05):
        workers.fetch(3, seconds=seconds)
    workers.gates[0].admit(CAT)
    workers.gates[1].admit(CAT)
    workers.gates[2].waits(HASH, 10, workers.now())

    with pytest.raises(WaitsItsTurn):
        workers.gates[2].admit(CAT)


def test_an_only_worker_may_fetch(workers):
    workers.board.want(1)

    workers.gates[0].admit(CAT)


def test_files_have_no_share(workers):
    for gate in workers.gates:
        gate.admit(SourceUrl.parse("local:///cat.png"))


def test_an_origin_that_timed_out_often_is_left_alone(down):
    with pytest.raises(OriginDownError):
        down.gates[0].admit(CAT)
    down.gates[0].admit(SourceUrl.parse("http://b.example/cat.png"))


def test_after_a_while_one_request_tries_it(down):
    down.late = OPEN_SECONDS + 0.1
    down.gates[0].admit(CAT)

    with pytest.raises(OriginDownError):
        down.gates[1].admit(CAT)


@pytest.mark.parametrize("error", [None, SourceStatusError("no", status=404)], ids=["an image", "an error page"])
def test_when_it_answers_everybody_may_ask_again(down, error):
    down.late = OPEN_SECONDS + 0.1
    down.gates[0].admit(CAT)
    down.gates[0].leave(error, 0.0)

    down.gates[1].admit(CAT)


def test_a_client_that_leaves_during_the_try_leaves_it_to_the_next(down):
    down.late = OPEN_SECONDS + 0.1
    down.gates[0].admit(CAT)
    down.gates[0].leave(ClientClosedRequestError("gone"), 0.0)

    down.gates[1].admit(CAT)


def test_a_source_that_ends_workers_is_not_begun(workers):
    quarantine = Quarantine(workers.board.words)
    quarantine.blame(hash_of(CAT.text))
    quarantine.blame(hash_of(CAT.text))

    with pytest.raises(QuarantinedError):
        workers.gates[0].admit(CAT)
    workers.gates[0].admit(SourceUrl.parse("http://a.example/dog.png"))


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (None, FetchResult.OK),
        (SourceTimeoutError("x"), FetchResult.TIMEOUT),
        (SourceStatusError("x", status=404), FetchResult.STATUS),
        (SourceUnreachableError("x"), FetchResult.FAILED),
        (ClientClosedRequestError("x"), FetchResult.ABANDONED),
        (ZeroDivisionError("x"), FetchResult.ABANDONED),
    ],
    ids=str,
)
def test_a_fetch_is_counted_for_its_origin_by_its_result(workers, error, result):
    workers.fetch(0, error)
    found = workers.board.totals().fetches

    assert {key: count for key, count in found.items() if count} == {(0, result): 1}


def test_a_refusal_is_counted_for_its_origin(workers):
    for _ in range(BREAKS_AFTER):
        workers.fetch(0, SourceTimeoutError("x"))
    with pytest.raises(OriginDownError):
        workers.fetch(1)

    assert workers.board.totals().fetches[0, FetchResult.REFUSED] == 1
