import itertools

from imgsvc.observer.clients.shared import Shared


class Clock:
    def __init__(self) -> None:
        self.now = 10.0

    def __call__(self) -> float:
        return self.now


def shared() -> tuple[Shared[int], Clock]:
    clock, numbers = Clock(), itertools.count()
    return Shared(lambda: next(numbers), clock=clock), clock


def test_who_asks_a_moment_later_gets_the_same_page() -> None:
    page, clock = shared()
    first = page()
    clock.now += 0.05

    assert page() == first


def test_a_page_that_is_a_tenth_of_a_second_old_is_made_again() -> None:
    page, clock = shared()
    first = page()
    clock.now += 0.11

    assert page() != first


def test_a_page_that_could_not_be_made_is_tried_again() -> None:
    answers = iter([ValueError(), 7])

    def make() -> int:
        found = next(answers)
        if isinstance(found, ValueError):
            raise found
        return found

    page = Shared(make)
    try:
        page()
    except ValueError:
        second = page()

    assert second == 7
