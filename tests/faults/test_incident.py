"""Row F3, as it was: imgproxy's issue 1294, step by step."""

import threading
import time

from tests.faults.bounds import FAULT_SECONDS, PROBE_SERVED_ALL, QUIET_SECONDS
from tests.faults.clients import Crowd, has_been_reset
from tests.faults.probe import Probe, is_as_quick, probed
from tests.faults.service import CAT, LARGE, MEDIUM, Service
from tests.waiting import eventually

PARALLEL = 25


def test_f03_the_incident_is_none(pictures, record):
    """Parallel requests for 8 and 20 MB by a proxy that takes a little, stops reading, and never closes."""
    with Service(pictures) as own:
        before = own.settled()
        assert eventually(lambda: own.observed("/ready").status == 200)
        quiet = probed(own.port, CAT, QUIET_SECONDS)
        with Crowd(own.port) as proxy:
            leak(proxy, [MEDIUM, LARGE])
            with Probe(own.port, CAT) as probe, Probe(own.observer_port, "/ready", per_second=2) as ready:
                time.sleep(2 * FAULT_SECONDS)
            let_go = sum(map(has_been_reset, proxy.sockets))
        after = own.workers

    record(quiet=quiet, after_it=probe.report(), ready=ready.report(), let_go=f"{let_go} of {PARALLEL}")
    assert probe.report().served >= PROBE_SERVED_ALL
    assert is_as_quick(probe.report(), quiet)
    assert ready.report().served == 1
    assert after == before


def leak(proxy: Crowd, paths: list[str]) -> None:
    """All of them at once; each is read a little of."""
    ways = [paths[number % len(paths)] for number in range(PARALLEL)]
    threads = [threading.Thread(target=proxy.leak, args=(path,), kwargs={"reads": 1000}) for path in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
