import pytest

from imgsvc.runtime.board.layout import COUNTERS, HISTOGRAMS, Counter
from imgsvc.runtime.board.slot import Slot
from imgsvc.runtime.scope import Scope
from imgsvc.runtime.workers.journals import Beside
from imgsvc.source_url import SourceUrl
from tests.runtime.workers.gate import Gate

MARK = SourceUrl.parse("http://b.example/mark.png")
DESK = SourceUrl.parse("http://c.example/token")


@pytest.fixture
def slot():
    return Slot.private()


@pytest.fixture
def gate():
    return Gate()


@pytest.fixture
def scope(slot, gate):
    return Scope(10, journal=Beside(slot, gate))


def timed(slot, stage):
    return sum(slot.words[HISTOGRAMS[stage] : HISTOGRAMS[stage] + 5])


def test_what_is_fetched_beside_a_source_is_admitted_and_told_of_as_any_other(scope, slot, gate):
    with scope.stage("fetch", MARK):
        pass

    assert gate.seen == [MARK, (MARK, None)]
    assert (timed(slot, "beside"), timed(slot, "fetch")) == (1, 0)


def test_what_comes_is_counted(scope, slot):
    scope.receive(b"12345")

    assert slot.words[COUNTERS[Counter.BYTES_FETCHED]] == 5


def test_who_gives_credentials_is_admitted_and_told_of_and_timed(scope, slot, gate):
    with scope.login(DESK):
        pass

    assert gate.seen == [DESK, (DESK, None)]
    assert timed(slot, "login") == 1
