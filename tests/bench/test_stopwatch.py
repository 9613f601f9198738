import pytest

from imgsvc.bench.stopwatch import REST, Stopwatch
from imgsvc.errors import RequestTimeoutError


class Processor:
    """Processor time that goes on when it is told to."""

    def __init__(self):
        self.spent = 0.0

    def __call__(self):
        return self.spent


@pytest.fixture
def cpu():
    return Processor()


def test_each_stage_has_its_own_time_and_what_is_outside_is_the_rest(cpu):
    watch = Stopwatch(60, cpu)
    cpu.spent += 1
    with watch.stage("fetch"):
        cpu.spent += 2
    cpu.spent += 4
    with watch.stage("decode"):
        cpu.spent += 8

    assert watch.spent == {REST: 5, "fetch": 2, "decode": 8}


def test_a_step_begins_where_its_name_is_told_and_ends_with_its_stage(cpu):
    watch = Stopwatch(60, cpu)
    with watch.stage("transform"):
        cpu.spent += 1
        watch.check("scale")
        cpu.spent += 2
        watch.check()
        watch.check("blur")
        cpu.spent += 4

    assert watch.spent == {REST: 0, "transform": 1, "scale": 2, "blur": 4}


def test_a_step_that_comes_again_adds_up(cpu):
    watch = Stopwatch(60, cpu)
    with watch.stage("transform"):
        for _ in range(3):
            watch.check("scale")
            cpu.spent += 1

    assert watch.spent["scale"] == 3


def test_it_still_has_a_deadline(cpu):
    with pytest.raises(RequestTimeoutError, match="before scale"):
        Stopwatch(0, cpu).check("scale")
