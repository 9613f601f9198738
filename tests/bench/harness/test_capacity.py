import heapq

import pytest

from bench.capacity import NEARLY_ALL, Work, most_in_hand, needed, of_machine, of_worker, tables
from bench.figures.page import DOCS
from imgsvc.runtime.settings import RuntimeSettings

FAR = Work(source_seconds=0.2, cpu_seconds=0.01)


def simulated(work: Work, fetches: int, answers: int = 2000) -> float:
    """Answers a second of a worker that always has all in hand it may have, every source and picture taking as long."""
    free, main_free = [0.0] * fetches, 0.0
    hands = [0.0] * most_in_hand(fetches)
    for _ in range(answers):
        fetched = max(heapq.heappop(hands), heapq.heappop(free)) + work.source_seconds
        heapq.heappush(free, fetched)
        main_free = max(main_free, fetched) + work.cpu_seconds
        heapq.heappush(hands, main_free)
    return answers / main_free


def test_one_client_waits_for_its_source_and_its_picture():
    found = of_worker(FAR, fetches=8, clients=1)

    assert found.at_least == pytest.approx(1 / 0.21)
    assert found.at_most == pytest.approx(1 / 0.21)


def test_without_a_wait_a_core_is_all_there_is():
    assert of_worker(Work(0.0, 0.01), fetches=1).at_least == pytest.approx(100)


@pytest.mark.parametrize("fetches", [1, 4, 16, 19, 21, 32])
def test_times_that_are_always_the_same_lie_between(fetches):
    found = of_worker(FAR, fetches)

    # The first and the last of a simulation are not as all others.
    assert 0.98 * found.at_least <= simulated(FAR, fetches) <= found.at_most


def test_more_fetches_never_give_less():
    rates = [of_worker(FAR, fetches).at_least for fetches in range(1, 200)]

    assert rates == sorted(rates)


def test_as_many_are_needed_as_littles_law_says_and_some_for_chance():
    fetches = needed(FAR)

    assert 20 <= fetches <= 30
    assert of_worker(FAR, fetches).at_least >= NEARLY_ALL * 100 > of_worker(FAR, fetches - 1).at_least


def test_a_worker_for_each_core_gives_as_much_as_all_of_them():
    assert of_machine(FAR, cores=16, fetches=32).at_least == pytest.approx(16 * of_worker(FAR, 32).at_least)


def test_fewer_clients_than_workers_get_what_each_would_alone():
    assert of_machine(FAR, cores=16, fetches=32, clients=8).at_least == pytest.approx(8 / 0.21)


@pytest.mark.parametrize("fetches", [1, 8, 32])
def test_a_worker_has_as_many_in_hand_as_the_server_gives_it(fetches):
    settings = RuntimeSettings(fetches=fetches)

    assert most_in_hand(fetches) == settings.most_in_hand() - (settings.most_fetches() - fetches)


def test_the_page_has_the_tables_of_the_model():
    page = (DOCS / "scaling.md").read_text("utf-8")

    assert [line for line in tables() if line not in page] == [], "python -m bench.capacity"
