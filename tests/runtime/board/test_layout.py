from imgsvc.errors import RenderingError
from imgsvc.runtime.board.layout import (
    BY_CATEGORY,
    BY_FORMAT,
    BY_ORIGIN,
    BY_STATUS,
    COUNTERS,
    GAUGES,
    HISTOGRAM_WORDS,
    HISTOGRAMS,
    LIFETIME_WORDS,
    LIFETIMES,
    LIVE_WORDS,
    SLOT_FINDINGS,
    SPENT,
    SPENT_BOUNDS,
    WORD,
    board_bytes,
    known_status,
)


def kinds(error):
    """An error class and all that are kinds of it."""
    return [error, *(each for kind in error.__subclasses__() for each in kinds(kind))]


def test_no_word_has_two_meanings():
    places = [*range(LIVE_WORDS), *GAUGES.values(), *COUNTERS.values(), *BY_STATUS.values(), *BY_CATEGORY.values()]
    places += [first + offset for first in HISTOGRAMS.values() for offset in range(HISTOGRAM_WORDS)]
    places += [first + offset for (spent, _), first in SPENT.items() for offset in range(len(SPENT_BOUNDS[spent]) + 2)]
    places += [*range(LIFETIMES, LIFETIMES + LIFETIME_WORDS), *BY_FORMAT.values(), *BY_ORIGIN.values()]

    assert sorted(places) == list(range(SLOT_FINDINGS))


def test_a_board_is_small():
    assert board_bytes(64) < 5 << 18
    assert board_bytes(64) % WORD == 0


def test_every_error_of_the_catalogue_has_a_counter():
    assert {kind.category for kind in kinds(RenderingError)} <= set(BY_CATEGORY)


def test_statuses_that_are_not_listed_go_to_the_last_of_their_hundred():
    assert [known_status(status) for status in (204, 308, 418, 507, 200)] == [299, 399, 498, 599, 200]
