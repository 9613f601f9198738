import pytest

from imgsvc.warming.backlog import Backlog, Batch
from imgsvc.warming.units import Outcome, Status, Unit


def backlog(*names: str) -> Backlog:
    return Backlog(map(Unit, names))


def came(batch: Batch, status: Status = Status.MADE, **more) -> list[Outcome]:
    return [Outcome(each.source, status, **more) for each in batch.units]


def names(batch: Batch | None) -> list[str]:
    return [each.source for each in batch.units] if batch else []


def test_quick_units_go_in_large_batches_and_slow_ones_alone():
    work = backlog(*(str(number) for number in range(100)))
    first = work.next(0)
    work.came_back(first, came(first, seconds=0.05), 0)
    quick = work.next(0)
    work.came_back(quick, came(quick, seconds=9.0), 0)

    assert (len(first.units), len(quick.units), len(work.next(0).units)) == (2, 10, 1)


def test_who_was_in_a_batch_whose_worker_ended_is_tried_alone_once_nothing_else_goes_on():
    work = backlog("a", "poison", "b", "c")
    ending, other = work.next(0), work.next(0)

    assert (work.ended(ending, is_silent=False), work.next(0)) == (None, None)
    work.came_back(other, came(other), 0)
    alone = work.next(0)
    assert (names(alone), alone.is_alone, work.next(0)) == (["a"], True, None)


def test_who_ends_a_worker_alone_is_to_blame():
    work = backlog("poison", "good")
    work.ended(work.next(0), is_silent=True)

    assert work.ended(work.next(0), is_silent=False) == Unit("poison")
    assert names(work.next(0)) == ["good"]


def test_whose_worker_was_killed_without_a_word_is_to_blame_if_that_happens_again():
    work = backlog("killed", "good")
    work.ended(work.next(0), is_silent=True)
    first = work.ended(work.next(0), is_silent=True)
    work.came_back(good := work.next(0), came(good), 0)

    assert (first, names(good)) == (None, ["good"])
    assert work.ended(work.next(0), is_silent=True).source == "killed"


def test_what_its_origin_puts_off_waits_as_long_as_that_asks():
    work = backlog("a", "b")
    batch = work.next(0)

    assert work.came_back(batch, came(batch, Status.PUT_OFF, patience=7), 10) == []
    assert (work.next(16.9), work.wait_seconds(10)) == (None, 7)
    assert names(work.next(17)) == ["a", "b"]


def test_what_is_put_off_again_and_again_is_lost():
    work = backlog("a")
    ends = []
    for now in range(30):
        if batch := work.next(now):
            ends += work.came_back(batch, came(batch, Status.PUT_OFF, patience=1), now)

    assert [(each.source, each.status) for each in ends] == [("a", Status.LOST)]


def test_while_many_are_put_off_nothing_new_is_begun():
    begun = []
    work = Backlog(begun.append(number) or Unit(str(number)) for number in range(10_000))
    while batch := work.next(0):
        work.came_back(batch, came(batch, Status.PUT_OFF, patience=60), 0)

    assert len(begun) < 400


def test_what_is_lost_is_tried_once_more_at_the_end():
    work = backlog("a", "b", "c")
    lost = work.next(0)
    first = work.came_back(lost, came(lost, Status.LOST), 0)
    rest = work.next(0)
    work.came_back(rest, came(rest), 0)
    again = work.next(0)

    assert (first, names(again)) == ([], ["a", "b"])
    assert [each.status for each in work.came_back(again, came(again, Status.LOST), 0)] == [Status.LOST, Status.LOST]


@pytest.mark.parametrize("status", [Status.MADE, Status.KEPT, Status.FAILED])
def test_an_end_is_told_once(status):
    work = backlog("a")
    batch = work.next(0)

    assert work.came_back(batch, came(batch, status), 0) == [Outcome("a", status)]
    assert (work.next(0), work.wait_seconds(0), work.running) == (None, None, 0)


def test_one_that_is_stopped_hands_nothing_out_and_waits_for_nobody():
    work = backlog("a", "b", "c")
    batch = work.next(0)
    work.stop()

    assert [each.status for each in work.came_back(batch, came(batch, Status.PUT_OFF, patience=9), 0)] == [
        Status.LOST
    ] * 2
    assert (work.next(0), work.wait_seconds(0)) == (None, None)
