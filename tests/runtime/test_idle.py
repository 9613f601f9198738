import gc

from imgsvc.runtime.idle import Idle, keeps


class Keeper:
    def __init__(self) -> None:
        self.asked: list[float] = []
        keeps(self)

    def let_go(self, now: float) -> None:
        self.asked.append(now)


def test_who_keeps_something_is_asked_whether_it_still_should() -> None:
    keeper, now = Keeper(), [100.0]
    idle = Idle(lambda: now[0])

    now[0] += 1
    idle.look()

    assert keeper.asked == [101.0]


def test_nobody_is_asked_more_often_than_once_a_second() -> None:
    keeper, now = Keeper(), [100.0]
    idle = Idle(lambda: now[0])

    for now[0] in (100.5, 101.25, 101.5, 102.0, 102.25):
        idle.look()

    assert keeper.asked == [101.25, 102.25]


def test_who_is_gone_is_not_kept_for_being_asked() -> None:
    keeper = Keeper()
    asked = keeper.asked

    del keeper
    gc.collect()
    Idle(iter(range(100)).__next__).look()

    assert asked == []
