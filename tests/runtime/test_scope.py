import io
from collections.abc import Callable
from contextlib import suppress

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError
from imgsvc.runtime.scope import NoJournal, NotAtOnceError, PollFd, Scope, never_gone
from imgsvc.source_url import SourceUrl


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def _clock() -> Clock:
    return Clock()


def test_there_is_time_until_the_deadline(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    clock.now += 9.9
    scope.check()

    assert scope.elapsed() == pytest.approx(9.9)
    assert scope.remaining() == pytest.approx(0.1)


def test_the_deadline_itself_is_too_late(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    clock.now += 10

    with pytest.raises(RequestTimeoutError):
        scope.check()


def test_a_client_that_has_gone_is_noticed_before_the_deadline_is(clock: Clock) -> None:
    scope = Scope(10, client_gone=lambda: True, clock=clock)

    clock.now += 11

    with pytest.raises(ClientClosedRequestError):
        scope.check()


def test_what_ended_a_request_names_its_stage(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    with pytest.raises(RequestTimeoutError, match="during decode"), scope.stage("decode"):
        clock.now += 11


def test_no_stage_begins_past_the_deadline(clock: Clock) -> None:
    begun = []
    scope = Scope(10, clock=clock)
    clock.now += 11

    with pytest.raises(RequestTimeoutError), scope.stage("decode"):
        begun.append("decode")

    assert begun == []


def test_a_stage_that_comes_twice_has_the_sum_of_its_times(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    for seconds in (1, 2):
        with scope.stage("encode"):
            clock.now += seconds

    assert scope.stage_seconds == {"encode": 3}


def test_a_stage_that_fails_is_timed_all_the_same(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    with suppress(KeyError), scope.stage("fetch"):
        clock.now += 4
        raise KeyError

    assert scope.stage_seconds == {"fetch": 4}


def test_what_the_client_takes_is_no_stages_time(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    with scope.stage("fetch"):
        clock.now += 3
        scope.waited_for_client(2)

    assert (scope.stage_seconds, scope.remaining()) == ({"fetch": 1}, 7)


def test_a_stage_that_goes_on_is_among_the_stages(clock: Clock) -> None:
    scope = Scope(10, clock=clock)

    with scope.stage("fetch"):
        clock.now += 3
        during = scope.stages()

    assert (during, scope.stages()) == ({"fetch": 3}, {"fetch": 3})


def test_the_command_line_never_goes_away() -> None:
    assert not never_gone()


class Watch:
    """A client that is heard of by its descriptor."""

    pollfd = PollFd(7, 1)

    def __call__(self) -> bool:
        return False


def test_a_client_with_a_descriptor_need_not_be_asked() -> None:
    scope = Scope(10, client_gone=Watch())

    assert (scope.client, scope.client_must_be_asked) == (PollFd(7, 1), False)


@pytest.mark.parametrize(("client_gone", "must_be_asked"), [(never_gone, False), (lambda: False, True)])
def test_a_client_without_a_descriptor_must_be_asked_if_it_can_leave(
    client_gone: Callable[[], bool], must_be_asked: bool
) -> None:
    scope = Scope(10, client_gone=client_gone)

    assert (scope.client, scope.client_must_be_asked) == (None, must_be_asked)


class Told(NoJournal):
    """A journal that remembers what it hears of logins."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def asks_for_login(self, server: SourceUrl) -> None:
        self.heard.append(server.origin)

    def has_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        self.heard.append((server.origin, seconds, error))


DESK = SourceUrl.parse("http://desk.example/token")


def test_a_login_is_told_of_with_its_time_and_leaves_the_stage_as_it_was(clock: Clock) -> None:
    journal = Told()
    scope = Scope(10, clock=clock, journal=journal)

    with scope.stage("fetch"):
        with scope.login(DESK):
            clock.now += 2
        clock.now += 1

    assert journal.heard == [DESK.origin, (DESK.origin, 2, None)]
    assert scope.stages() == {"fetch": 3}


def test_a_login_that_gives_nothing_has_failed_though_nobody_raises() -> None:
    journal, error = Told(), ValueError("403")

    with Scope(10, journal=journal).login(DESK) as login:
        login.failed(error)

    assert journal.heard[1][2] is error  # type: ignore[index]


def test_what_comes_without_a_pause_is_not_there_at_once_either(clock: Clock) -> None:
    scope = Scope(10, clock=clock)
    scope.patient_until = clock.now + 0.05
    scope.receive(b"early")
    clock.now += 0.06

    with pytest.raises(NotAtOnceError):
        scope.receive(b"late")


def test_what_has_been_begun_is_gone_on_with_once() -> None:
    scope, begun = Scope(5), io.BytesIO()
    scope.hand_over("key", begun)

    assert [scope.handed_over(key) for key in ("other", "key", "key")] == [None, begun, None]


def test_what_nobody_goes_on_with_is_closed() -> None:
    scope, begun = Scope(5), io.BytesIO()
    scope.hand_over("key", begun)
    scope.let_go()

    assert (begun.closed, scope.handed_over("key")) == (True, None)
