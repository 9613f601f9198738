import pytest

from imgsvc.errors import (
    ClientClosedRequestError,
    CredentialsError,
    OriginDownError,
    QuarantinedError,
    RequestTimeoutError,
    SourceStatusError,
    SourceTimeoutError,
    SourceUnreachableError,
)
from imgsvc.runtime.board.layout import COUNTERS, Counter, FetchResult
from imgsvc.runtime.board.origins import origin_names
from imgsvc.runtime.board.quarantine import Quarantine
from imgsvc.runtime.board.scoreboard import Scoreboard
from imgsvc.runtime.board.slot import Slot, hash_of
from imgsvc.runtime.fetching.admission import BREAKS_AFTER, FORGOTTEN_SECONDS, OPEN_SECONDS, Admission
from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.source_url import SourceUrl

CAT = SourceUrl.parse("http://a.example/cat.png")
HASH = hash_of(CAT.origin)
OTHER = SourceUrl.parse("http://b.example/cat.png")
BUCKET = SourceUrl.parse("s3://shop/cat.png")
DESK = SourceUrl.parse("http://desk.example/token")
FILE = SourceUrl.parse("local:///cat.png")


class Workers:
    """Four of them, each with its gate, on one board; time goes on where a test says so."""

    def __init__(self):
        self.began, self.late = 1000.0, 0.0
        self.board = Scoreboard.create(4)
        self.slots = [Slot(self.board.reserve().words, number, lambda: int(self.now() * 1e9)) for number in range(4)]
        self.gates = [Admission(self.board, slot, RuntimeSettings(), self.now) for slot in self.slots]

    def now(self):
        # No two moments are the same.
        self.began += 1e-6
        return self.began + self.late

    def fetch(self, number, error=None, url=CAT, seconds=0.0):
        self.gates[number].check(url)
        return self.gates[number].end(url, seconds, error)

    def counted(self, number, counter):
        return self.slots[number].words[COUNTERS[counter]]


@pytest.fixture
def workers():
    made = Workers()
    yield made
    made.board.close()


@pytest.fixture
def down(workers):
    """An origin that timed out often enough."""
    for number in range(BREAKS_AFTER):
        workers.fetch(number % 4, SourceTimeoutError("slow"))
    return workers


def test_an_origin_that_timed_out_often_is_left_alone_by_all_workers(down):
    for gate in down.gates:
        with pytest.raises(OriginDownError):
            gate.check(CAT)


def test_others_are_asked_all_the_same(down):
    down.gates[0].check(OTHER)
    down.gates[0].check(FILE)


def test_an_origin_that_answered_in_between_is_not_down(workers):
    for number in range(BREAKS_AFTER - 1):
        workers.fetch(number % 4, SourceTimeoutError("slow"))
    workers.fetch(0)
    workers.late = 1.0
    workers.fetch(1, SourceTimeoutError("slow"))

    workers.gates[2].check(CAT)


def test_after_a_while_one_request_tries_it(down):
    down.late = OPEN_SECONDS + 0.1
    down.gates[0].check(CAT)

    with pytest.raises(OriginDownError):
        down.gates[1].check(CAT)


def test_a_try_that_nobody_ends_is_made_by_another_one_in_the_end(down):
    down.late = OPEN_SECONDS + 0.1
    down.gates[0].check(CAT)
    down.late += 2 * OPEN_SECONDS

    down.gates[1].check(CAT)


def test_a_try_that_times_out_leaves_it_alone_again(down):
    down.late = OPEN_SECONDS + 0.1
    down.fetch(0, SourceTimeoutError("slow"))

    with pytest.raises(OriginDownError):
        down.gates[1].check(CAT)


@pytest.mark.parametrize("error", [None, SourceStatusError("no", status=404)], ids=["an image", "an error page"])
def test_when_it_answers_everybody_may_ask_again(down, error):
    down.late = OPEN_SECONDS + 0.1
    down.fetch(0, error)

    down.gates[1].check(CAT)


def test_a_client_that_leaves_during_the_try_leaves_it_to_the_next(down):
    down.late = OPEN_SECONDS + 0.1
    down.fetch(0, ClientClosedRequestError("gone"))

    down.gates[1].check(CAT)


def test_timeouts_of_long_ago_say_nothing(down):
    down.late = FORGOTTEN_SECONDS + 0.1
    down.gates[0].check(CAT)

    down.gates[1].check(CAT)


def test_an_origin_that_was_down_just_now_is_noticed_by_who_trusted_it(workers):
    workers.fetch(0)
    for _ in range(BREAKS_AFTER):
        workers.fetch(0, SourceTimeoutError("slow"))

    with pytest.raises(OriginDownError):
        workers.gates[0].check(CAT)


@pytest.mark.parametrize(("seconds", "result"), [(3, FetchResult.ABANDONED), (9.5, FetchResult.TIMEOUT)])
def test_our_own_deadline_is_the_origin_s_only_where_it_had_nearly_all_of_it(workers, seconds, result):
    workers.fetch(0, RequestTimeoutError("late"), seconds=seconds)

    assert workers.board.totals().fetches[0, result] == 1


def test_nor_does_it_open_the_breaker(workers):
    for _ in range(BREAKS_AFTER):
        workers.fetch(0, RequestTimeoutError("late"), seconds=1)

    workers.gates[0].check(CAT)


def test_a_source_that_ends_workers_is_not_begun(workers):
    quarantine = Quarantine(workers.board.words)
    quarantine.blame(hash_of(CAT.text))
    quarantine.blame(hash_of(CAT.text))

    with pytest.raises(QuarantinedError):
        workers.gates[0].check(CAT)
    with pytest.raises(QuarantinedError):
        workers.gates[0].check_quarantine(CAT)
    workers.gates[0].check(SourceUrl.parse("http://a.example/dog.png"))


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (None, FetchResult.OK),
        (SourceTimeoutError("x"), FetchResult.TIMEOUT),
        (SourceStatusError("x", status=404), FetchResult.STATUS),
        (SourceUnreachableError("x"), FetchResult.FAILED),
        (CredentialsError("x"), FetchResult.REFUSED),
        (ClientClosedRequestError("x"), FetchResult.ABANDONED),
        (ZeroDivisionError("x"), FetchResult.ABANDONED),
    ],
    ids=str,
)
def test_a_fetch_is_counted_for_its_origin_by_its_result(workers, error, result):
    workers.fetch(0, error)
    found = workers.board.totals().fetches

    assert {key: count for key, count in found.items() if count} == {(0, result): 1}


def test_a_refusal_is_counted_for_its_origin(down):
    with pytest.raises(OriginDownError):
        down.fetch(1)
    down.gates[1].refused(CAT)

    assert down.board.totals().fetches[0, FetchResult.REFUSED] == 2
    assert down.counted(1, Counter.ORIGIN_DOWN) == 1


@pytest.fixture
def silent_desk(workers):
    """Who gives credentials, and timed out often enough."""
    for number in range(BREAKS_AFTER):
        workers.gates[number % 4].end_login(DESK, 1.0, SourceTimeoutError("slow"))
    return workers


def test_who_gives_no_credentials_is_left_alone_by_all_workers_and_the_bucket_is_not(silent_desk):
    for gate in silent_desk.gates:
        with pytest.raises(OriginDownError):
            gate.check_login(DESK)
        gate.check(BUCKET)


def test_who_gives_no_credentials_has_a_row_of_his_own(silent_desk):
    found = silent_desk.board.totals().fetches

    assert {key: count for key, count in found.items() if count} == {(0, FetchResult.TIMEOUT): BREAKS_AFTER}
    assert origin_names(silent_desk.board) == [DESK.origin]


def test_nobody_is_answered_for_a_login_alone(silent_desk):
    with pytest.raises(OriginDownError):
        silent_desk.gates[0].check_login(DESK)

    assert silent_desk.counted(0, Counter.SOURCE_TIMEOUT) == 0
    assert silent_desk.counted(0, Counter.ORIGIN_DOWN) == 0
    assert silent_desk.board.totals().fetches[0, FetchResult.REFUSED] == 1


def test_files_are_no_origin(workers):
    for _ in range(BREAKS_AFTER):
        workers.fetch(0, SourceTimeoutError("slow"), FILE)
    workers.gates[0].check(FILE)

    assert not any(workers.board.totals().fetches.values())


@pytest.mark.parametrize(
    ("error", "says_something"),
    [
        (None, True),
        (SourceStatusError("x", status=404), True),
        (SourceTimeoutError("x"), True),
        (ClientClosedRequestError("x"), False),
        (CredentialsError("x"), False),
        (ZeroDivisionError("x"), False),
    ],
    ids=str,
)
def test_it_says_whether_a_fetch_tells_how_long_the_origin_takes(workers, error, says_something):
    assert workers.fetch(0, error) is says_something


def test_what_an_origin_takes_is_known_to_all_workers(workers):
    workers.fetch(0, seconds=0.3)

    assert [gate.mean_seconds(HASH) for gate in workers.gates] == 4 * [pytest.approx(0.3)]


def test_of_an_origin_that_nobody_asked_nobody_knows(workers):
    assert workers.gates[0].mean_seconds(HASH) == 0


def test_secret_sources_are_counted_together_and_left_alone_each_for_itself(workers):
    secret = SourceUrl.parse("http://hush.example/hush.png").hidden("enc/AAEC...")
    for number in range(BREAKS_AFTER):
        workers.fetch(number % 2, SourceTimeoutError("silent"), url=secret)

    with pytest.raises(OriginDownError, match=r"^encrypted timed out"):
        workers.fetch(0, url=secret)
    workers.fetch(0, url=SourceUrl.parse("http://other.example/a.png").hidden("enc/BBBB..."))

    assert origin_names(workers.board) == ["encrypted"]
