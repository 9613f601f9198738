import logging

import pytest

from imgsvc.telemetry.flood import Bucket, FloodGate


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


class Lines(logging.Handler):
    def __init__(self, gate):
        super().__init__()
        self.lines = []
        self.addFilter(gate)

    def emit(self, record):
        self.lines.append(record.getMessage())


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def logger(clock):
    """A logger with two handlers behind one gate of ten lines a second; what the telemetry says goes there too."""
    gate, found = FloodGate(10, clock), logging.getLogger("imgsvc.telemetry")
    found.handlers = [Lines(gate), Lines(gate)]
    found.setLevel(logging.INFO)
    yield found
    found.handlers = []
    found.setLevel(logging.NOTSET)


def test_a_bucket_gives_what_it_holds_and_then_what_comes_in(clock):
    bucket = Bucket(2, 3, clock)
    at_once = [bucket.take() for _ in range(4)]
    clock.now = 1.0
    later = [bucket.take() for _ in range(3)]

    assert (at_once, later) == ([True] * 3 + [False], [True] * 2 + [False])


def test_a_flood_is_cut_off(logger):
    for number in range(100):
        logger.info("line %s", number)

    assert [len(handler.lines) for handler in logger.handlers] == [20, 20]


def test_how_many_were_left_out_is_said_when_it_is_over(logger, clock):
    for number in range(100):
        logger.info("line %s", number)
    clock.now = 1.0
    logger.info("afterwards")

    assert logger.handlers[0].lines[20:] == [
        "80 log lines were left out: more than LOG_RATE, 10 a second",
        "afterwards",
    ]


def test_what_is_critical_passes(logger):
    for _ in range(100):
        logger.info("line")
    logger.critical("the worker is killed")

    assert logger.handlers[1].lines[-1] == "the worker is killed"
