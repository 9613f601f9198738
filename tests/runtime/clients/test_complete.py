import select

import pytest

from imgsvc.runtime.clients.complete import CompleteRequests


class Waiting:
    """A connection, as far as it matters here."""

    def __init__(self, queued=100.0):
        self.queued = queued


def is_told(requests):
    return bool(select.select([requests.descriptor], [], [], 0)[0])


@pytest.fixture
def requests():
    return CompleteRequests()


def test_they_are_taken_in_their_order_but_for_who_goes_first(requests):
    one, two, first = Waiting(), Waiting(), Waiting()
    requests.add(one)
    requests.add(two)
    requests.add(first, goes_first=True)

    assert list(iter(requests.take, None)) == [first, one, two]


def test_the_worker_is_told_as_long_as_there_is_one(requests):
    for _ in range(3):
        requests.add(Waiting())
    told = []
    while requests.take():
        told.append(is_told(requests))

    assert (told[:2], is_told(requests)) == ([True, True], False)


def test_who_waits_for_too_long_is_taken_away_and_the_worker_told_of_the_others(requests):
    late, fresh = Waiting(1.0), Waiting()
    requests.add(late)
    requests.add(fresh)

    assert requests.overdue(50.0) == [late]
    assert (is_told(requests), requests.take()) == (True, fresh)
