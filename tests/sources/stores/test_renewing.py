"""Twin of imgsvc/sources/stores/renewing.py."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from imgsvc.errors import ClientClosedRequestError, CredentialsError, SourceTimeoutError
from imgsvc.runtime.scope import Scope
from imgsvc.sources.budget import Budget, current, spending
from imgsvc.sources.stores.renewing import (
    AHEAD_SECONDS,
    IMPATIENT_SECONDS,
    PAUSE_SECONDS,
    YOUNG_SECONDS,
    Lease,
    Renewed,
)

HOUR = 3600.0


@dataclass
class Desk:
    """Gives out credentials that live for so long, one after the other; or fails, as it is told to."""

    lives: float = HOUR
    now: float = 1000.0
    given: int = 0
    failure: Exception | None = None
    waits: Callable[[], None] = lambda: None
    budgets: list[float] = field(default_factory=list)

    def renew(self) -> Lease[str]:
        self.budgets.append(current().remaining())
        self.given += 1
        self.waits()
        if self.failure:
            raise self.failure
        return Lease(f"hush-{self.given}", self.now + self.lives)

    def __post_init__(self) -> None:
        self.renewed = Renewed(self.renew, lambda: self.now)

    def get(self, seconds: float = 5, scope: Scope | None = None) -> str:
        with spending(Budget(seconds, scope or Scope(5))):
            return self.renewed.get()


def test_they_are_kept() -> None:
    desk = Desk()

    assert [desk.get(), desk.get()] == ["hush-1", "hush-1"]


def test_they_are_had_anew_five_minutes_before_their_end() -> None:
    desk = Desk()
    desk.get()
    desk.now += HOUR - AHEAD_SECONDS

    assert desk.get() == "hush-2"


def test_those_that_live_for_minutes_are_used_for_half_of_that() -> None:
    desk = Desk(lives=60)
    desk.get()
    desk.now += 29

    assert desk.get() == "hush-1"


def test_where_there_are_no_new_ones_the_old_ones_do_while_they_are_good() -> None:
    desk = Desk()
    desk.get()
    desk.now, desk.failure = desk.now + HOUR - 1, SourceTimeoutError("late")

    assert desk.get() == "hush-1"
    assert desk.budgets[1] <= IMPATIENT_SECONDS


def test_ended_ones_are_not_used() -> None:
    desk = Desk()
    desk.get()
    desk.now, desk.failure = desk.now + HOUR, SourceTimeoutError("tried the roof")

    with pytest.raises(CredentialsError, match="tried the roof"):
        desk.get()


def test_after_a_failure_whoever_comes_is_told_at_once() -> None:
    desk = Desk(failure=CredentialsError("tried the roof"))

    for _ in range(3):
        with pytest.raises(CredentialsError, match="tried the roof"):
            desk.get()

    assert desk.given == 1


def test_after_a_pause_it_is_tried_again() -> None:
    desk = Desk(failure=CredentialsError("no"))
    with pytest.raises(CredentialsError):
        desk.get()
    desk.now, desk.failure = desk.now + PAUSE_SECONDS, None

    assert desk.get() == "hush-2"


def test_that_a_client_left_is_no_failure() -> None:
    desk = Desk(failure=ClientClosedRequestError("gone"))
    with pytest.raises(ClientClosedRequestError):
        desk.get()
    desk.failure = None

    assert desk.get() == "hush-2"


def test_one_asks_and_the_others_wait_for_what_it_gets() -> None:
    asked, answers, got = threading.Event(), threading.Event(), []
    desk = Desk(waits=lambda: (asked.set(), answers.wait(30), None)[2])
    threads = [threading.Thread(target=lambda: got.append(desk.get(30, Scope(30)))) for _ in range(8)]

    for each in threads:
        each.start()
    asked.wait(30)
    answers.set()
    for each in threads:
        each.join(30)

    assert (desk.given, got) == (1, ["hush-1"] * 8)


def test_who_waits_for_another_does_so_on_its_own_time() -> None:
    asked, answers = threading.Event(), threading.Event()
    desk = Desk(waits=lambda: (asked.set(), answers.wait(30), None)[2])
    first = threading.Thread(target=lambda: desk.get(30, Scope(30)))
    first.start()
    asked.wait(30)

    with pytest.raises(CredentialsError, match="others asked"):
        desk.get(0.1)

    answers.set()
    first.join(30)


def test_refused_ones_are_not_used_again_unless_they_are_young() -> None:
    desk = Desk()
    first = desk.get()

    assert not desk.renewed.refused(first)
    desk.now += YOUNG_SECONDS
    assert desk.renewed.refused(first)
    assert desk.get() == "hush-2"
    assert desk.renewed.refused(first)
    assert desk.get() == "hush-2"


def test_they_are_not_shown() -> None:
    assert "hush" not in repr(Lease("hush-1"))


def test_whether_there_are_good_ones_is_known_without_asking() -> None:
    desk = Desk()
    known = [desk.renewed.is_good]
    desk.get()
    known.append(desk.renewed.is_good)
    desk.now += HOUR

    assert [*known, desk.renewed.is_good] == [False, True, False]
    assert desk.given == 1


def test_what_is_at_hand_at_the_start_is_not_asked_for() -> None:
    desk = Desk()
    renewed = Renewed(desk.renew, lambda: desk.now, Lease("mine"))

    assert (renewed.is_good, renewed.get(), desk.given) == (True, "mine", 0)
