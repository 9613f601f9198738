import os
import time

from imgsvc.runtime.workers.cost import Meter
from tests.interpreter import at_once
from tests.memory import take

MEGABYTES = 64


def test_the_most_memory_is_that_since_it_began() -> None:
    first = Meter()
    take(MEGABYTES)
    before = first.read().peak_bytes

    after = Meter().read().peak_bytes

    assert before - after > MEGABYTES << 19


def test_time_is_that_of_its_own_thread() -> None:
    def busy(_number: int) -> None:
        end = time.thread_time() + 0.1
        while time.thread_time() < end:
            pass

    meter = Meter()
    at_once(busy, 1)

    assert meter.read().cpu_seconds < 0.1


def test_a_child_of_a_fork_measures_itself() -> None:
    Meter()
    child = os.fork()
    if not child:
        meter = Meter()
        take(MEGABYTES)
        high = meter.read().peak_bytes
        os._exit(high - Meter().read().peak_bytes < MEGABYTES << 19)

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
