import pytest

from imgsvc.runtime.settings import RuntimeSettings
from imgsvc.runtime.sizing import misfits


def told(cores: int = 4, descriptors: int = 1024, **settings: int) -> list[str]:
    """What is said of a server with these settings."""
    return list(misfits(RuntimeSettings(**settings), cores, descriptors))


@pytest.mark.parametrize("workers", [0, 1, 4, 8])
def test_workers_up_to_two_for_each_core_are_nothing_to_speak_of(workers: int) -> None:
    assert told(workers=workers) == []


def test_imgproxys_number_of_workers_is_said_to_be_processes_here_and_what_to_do() -> None:
    [sentence] = told(workers=64)

    assert sentence.startswith("WORKERS is 64, and there are 4 cores: each worker is a process here")
    assert "leave WORKERS unset, and raise FETCHES" in sentence


def test_two_workers_on_one_core_are_the_default_and_not_too_many() -> None:
    assert told(cores=1, workers=2) == []


def test_where_workers_wait_for_their_sources_many_of_them_help() -> None:
    [sentence] = told(workers=64, fetches=0)

    assert sentence.startswith("FETCHES is 0")


def test_more_fetches_than_a_process_may_have_files_open_are_said_to_be() -> None:
    [sentence] = told(fetches=256)

    assert "may need 1731 open files, and it may have 1024" in sentence
    assert told(fetches=256, descriptors=65_536) == []


@pytest.mark.parametrize(("clients", "count"), [(0, 0), (100, 1), (2048, 0), (10_000, 0)])
def test_an_accept_queue_that_is_made_short_is_said_to_bound_nobody_who_waits(clients: int, count: int) -> None:
    assert len(told(max_clients=clients)) == count
