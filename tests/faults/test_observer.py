"""Row F59: clients that drip a header to the observer."""

import threading
from contextlib import suppress

from tests.faults.bounds import CROWD, OBSERVER_SECONDS
from tests.faults.clients import Crowd
from tests.faults.service import Service

PAGES = ("/ready", "/health", "/metrics", "/status")


def drip(crowd, ends):
    """A byte to each of them, again and again."""
    while not ends.wait(0.5):
        for each in crowd.sockets:
            with suppress(OSError):
                each.send(b"x")


def test_f59_clients_that_drip_a_header_keep_nobody_from_the_observer(pictures, record):
    ends = threading.Event()
    with Service(pictures) as own, Crowd(own.observer_port) as crowd:
        assert own.await_observer()
        for _ in range(max(64, CROWD)):
            crowd.begin("/ready")
        thread = threading.Thread(target=drip, args=(crowd, ends))
        thread.start()
        answers = [own.observed(page) for _ in range(10) for page in PAGES]
        ends.set()
        thread.join()

    slowest = max(each.seconds for each in answers)
    record(asked=len(answers), slowest_ms=round(1000 * slowest))
    assert {each.status for each in answers} == {200}
    assert slowest < 10 * OBSERVER_SECONDS
