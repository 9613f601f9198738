"""A store that is asked in threads; each lookup takes until a test lets it go."""

import threading
import time

import pytest

from imgsvc.runtime.fetching.lookups import LOOKUP_SECONDS, LookupThreads
from tests.waiting import eventually


class Asked:
    """A request; the store says `kept` of it once it is let go."""

    def __init__(self, kept="a picture", *, at_once=False):
        self.kept, self.over, self.began = kept, threading.Event(), threading.Event()
        if at_once:
            self.over.set()

    def look_up(self):
        self.began.set()
        assert self.over.wait(20)
        if isinstance(self.kept, Exception):
            raise self.kept
        return self.kept


class Store:
    """Threads, and who came back with what."""

    def __init__(self, most=2):
        self.back, self.late = {}, 0.0
        self.threads = LookupThreads(self.back.__setitem__, most, lambda: time.monotonic() + self.late)
        self.asked = []

    def asks(self, *args, **kwargs):
        self.asked.append(Asked(*args, **kwargs))
        return self.asked[-1], self.threads.ask(self.asked[-1])


@pytest.fixture
def store():
    made = Store()
    yield made
    for each in made.asked:
        each.over.set()


@pytest.mark.parametrize("kept", ["a picture", None])
def test_a_request_comes_back_with_what_was_found(store, kept):
    request, is_asked = store.asks(kept, at_once=True)

    assert is_asked
    assert eventually(lambda: request in store.back)
    assert store.back[request] == kept


def test_a_store_that_fails_has_nothing(store):
    request, _ = store.asks(OSError("no such disk"), at_once=True)

    assert eventually(lambda: store.back == {request: None})


def test_who_finds_all_threads_busy_waits_for_one(store):
    (first, _), (second, _), (third, is_asked) = store.asks(), store.asks(), store.asks()
    assert first.began.wait(20)
    assert second.began.wait(20)
    first.over.set()

    assert is_asked
    assert third.began.wait(20)


def test_who_has_waited_too_long_is_taken_away_and_does_not_come_back(store):
    request, _ = store.asks()
    assert request.began.wait(20)
    store.late = LOOKUP_SECONDS + 1
    taken = store.threads.take_overdue()
    request.over.set()

    assert (taken, len(store.threads)) == ([request], 0)
    assert eventually(lambda: not store.threads.is_waited_for)
    assert store.back == {}


def test_nobody_is_taken_away_before_his_time(store):
    store.asks()

    assert store.threads.take_overdue() == []


def test_who_waits_for_a_thread_is_taken_away_with_the_others(store):
    requests = [store.asks()[0] for _ in range(3)]
    store.late = LOOKUP_SECONDS + 1

    assert store.threads.take_overdue() == requests


def test_one_answer_of_four_that_is_late_keeps_nobody_else_from_being_asked():
    store = Store(most=4)
    late, _ = store.asks()
    assert late.began.wait(20)
    store.threads.take_all()
    request, is_asked = store.asks(at_once=True)

    assert is_asked
    assert eventually(lambda: request in store.back)
    late.over.set()


def test_a_store_that_has_not_answered_is_not_asked_until_it_does(store):
    request, _ = store.asks()
    assert request.began.wait(20)
    store.threads.take_all()
    _, is_asked = store.asks()
    request.over.set()

    assert not is_asked
    assert eventually(lambda: store.asks(at_once=True)[1])
