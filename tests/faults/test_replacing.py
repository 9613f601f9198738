"""Rows F34 to F38: processes that are replaced on purpose."""

import itertools
import signal
import threading
import time
from contextlib import contextmanager

from imgsvc.runtime.board.layout import Counter, State
from imgsvc.runtime.board.scoreboard import Scoreboard
from tests.faults.bounds import (
    FAULT_SECONDS,
    IS_FULL,
    QUIET_SECONDS,
    T_W,
    D,
    _bound,
)
from tests.faults.clients import Crowd, ask, ask_all, counted
from tests.faults.nginx import Nginx, needs_nginx
from tests.faults.origins import Gate
from tests.faults.probe import Probe, is_as_quick, probed
from tests.faults.service import CAT, LARGE, WORKERS, Service, of
from tests.misbehaving import Origin
from tests.serving.server import PATIENCE_SECONDS, everything
from tests.waiting import eventually

# They are there, or not yet gone, and serve nobody.
OUT_OF_WORK = frozenset({State.STARTING, State.STOPPING, State.KILLED})


@contextmanager
def busy(port: int, path: str = CAT, at_once: int = 2):
    """Clients that ask one request after the other while inside; gives the list of answers."""
    answers, ends = [], threading.Event()

    def work() -> None:
        while not ends.is_set():
            answers.append(ask(port, path))
            time.sleep(0.01)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        ends.set()
        for thread in threads:
            thread.join(PATIENCE_SECONDS)


def test_f34_a_stop_answers_what_is_in_work_and_what_waits(pictures, record):
    gate = Gate()
    with (
        Service(pictures, queue_timeout=10) as own,
        Origin({"/0": gate}) as one,
        Origin({"/1": gate}) as two,
        Crowd(own.port) as crowd,
    ):
        for number, origin in enumerate((one, two)):
            crowd.ask_and_stay(of(origin, f"/{number}"))
        assert eventually(lambda: gate.waiting == WORKERS)
        for _ in range(20):
            crowd.ask_and_stay(CAT)
        own.process.terminate()
        began = time.monotonic()
        time.sleep(0.3)
        gate.let_through()
        told = [everything(each)[9:12] for each in crowd.sockets]
        own.process.wait(PATIENCE_SECONDS)
        seconds = time.monotonic() - began

    record(answers={status.decode(): told.count(status) for status in set(told)}, exit_s=round(seconds, 1))
    assert told == [b"200"] * (WORKERS + 20)
    assert own.process.returncode == 0
    assert seconds < D + T_W


def test_f34_a_stop_under_load_resets_nobody(pictures, record):
    faults = []
    for _ in range(20 if IS_FULL else 2):
        with Service(pictures) as own, busy(own.port) as answers:
            time.sleep(0.5)
            own.process.terminate()
            own.process.wait(PATIENCE_SECONDS)
        faults += [each.fault for each in answers if each.status != 200 and "refused" not in each.fault]

    record(lost=faults)
    assert faults == []


def test_f35_a_reload_every_two_seconds_loses_nothing(pictures, record):
    """Beside the same load without reloads: what is compared is what the reloads cost."""
    with Service(pictures) as own:
        with busy(own.port):
            quiet = probed(own.port, CAT, QUIET_SECONDS)
        with busy(own.port) as answers, Probe(own.port, CAT) as probe:
            for _ in range(int(_bound(150, 3))):
                own.process.send_signal(signal.SIGHUP)
                time.sleep(2)

    record(statuses=counted(answers), quiet=quiet, probe=probe.report(), faults=list({each.fault for each in answers}))
    assert set(counted(answers)) == {200}
    assert is_as_quick(probe.report(), quiet)


def test_f35_a_reload_while_a_worker_is_stuck_leaves_no_gap(pictures, record):
    gate = Gate()
    with Service(pictures) as own, Origin({"*": gate}) as slow, Crowd(own.port) as crowd, busy(own.port) as answers:
        stuck = crowd.ask_and_stay(of(slow))
        assert eventually(lambda: gate.waiting)
        own.process.send_signal(signal.SIGHUP)
        time.sleep(T_W - 0.5)
        gate.let_through()
        told = everything(stuck)[9:12]

    starts = sorted(each.started + each.seconds for each in answers if each.status == 200)
    gap = max((later - sooner for sooner, later in itertools.pairwise(starts)), default=99)
    record(statuses=counted(answers), gap_s=round(gap, 2), stuck=told.decode())
    assert set(counted(answers)) == {200}
    assert told in (b"200", b"504")
    assert gap < _bound(1, 3)


def test_f36_recycling_loses_nothing(pictures, record):
    with Service(pictures, max_requests=100, max_requests_jitter=0) as own, busy(own.port, at_once=3) as answers:
        before = set(own.settled())
        time.sleep(FAULT_SECONDS)
        assert eventually(lambda: not before & set(own.workers))

    record(requests=len(answers), statuses=counted(answers))
    assert set(counted(answers)) == {200}


def test_f36_the_next_worker_waits_until_the_last_one_is_replaced(pictures, record):
    """By the scoreboard: a walk through /proc takes longer than one worker needs to come and the next one to go."""
    fewest = WORKERS
    with Service(pictures, max_requests=50, max_requests_jitter=0) as own, busy(own.port, at_once=3):
        board = Scoreboard.of(own.process.pid)

        def recycled():
            nonlocal fewest
            fewest = min(fewest, sum(row.state not in OUT_OF_WORK for row in board.rows()))
            return board.totals().counters[Counter.RECYCLED]

        assert eventually(lambda: recycled() > _bound(10, 1) * WORKERS, seconds=90, every=0.002)
        gone = recycled()

    record(fewest_workers=fewest, recycled=gone)
    assert fewest == WORKERS - 1


def test_f36_who_is_to_be_replaced_goes_though_nobody_asks_it_anything_more(pictures, record):
    # Nobody asks the main thread for health: the connection thread answers, and no observer sends a canary.
    only = {"workers": 1, "observer_bind": "", "max_requests": 1, "max_requests_jitter": 0}
    with Service(pictures, **only) as own, Crowd(own.port) as crowd:
        before = own.settled()
        crowd.leak(LARGE)
        gone = eventually(lambda: own.workers and not set(before) & set(own.workers), T_W + PATIENCE_SECONDS)

    record(gone=gone)
    assert gone


@needs_nginx
def test_f37_nginx_may_reload_under_load_and_be_killed(pictures, tmp_path, record):
    with Service(pictures) as own, Nginx(tmp_path, own.port) as proxy:
        with busy(proxy.port) as answers:
            for _ in range(int(_bound(10, 2))):
                proxy.reload()
                time.sleep(2)
        before = own.settled()
        proxy.kill()
        proxy.start()
        after = ask_all(proxy.port, [CAT] * 20, at_once=4)
        unharmed = own.workers == before

    record(reloading=counted(answers), after_a_kill=counted(after))
    assert set(counted(answers)) == {200}
    assert counted(after) == {200: 20}
    assert unharmed


@needs_nginx
def test_f38_another_version_takes_over_behind_nginx_without_an_error(pictures, tmp_path, record):
    with (
        Service(pictures, ttl=1111) as blue,
        Service(pictures, ttl=2222) as green,
        Nginx(tmp_path, blue.port) as proxy,
        busy(proxy.port) as answers,
    ):
        time.sleep(0.5)
        proxy.write(green.port)
        proxy.reload()
        time.sleep(1)
        blue.process.terminate()
        blue.process.wait(PATIENCE_SECONDS)
        time.sleep(0.5)

    lives = [each.header("cache-control") for each in answers]
    record(
        statuses=counted(answers),
        blue=sum("1111" in each for each in lives),
        green=sum("2222" in each for each in lives),
    )
    assert set(counted(answers)) == {200}
    assert "1111" in lives[0]
    assert "2222" in lives[-1]
