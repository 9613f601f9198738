"""Rows F1 to F6: clients and proxies that do not take, do not send, do not close; the incident."""

import subprocess
import sys
import time
from contextlib import contextmanager
from functools import partial

import pytest

from tests.faults.bounds import (
    CROWD,
    FAULT_SECONDS,
    IS_FULL,
    PROBE_SERVED,
    PROBE_SERVED_ALL,
    QUIET_SECONDS,
    SETTLE_SECONDS,
    T_W,
    THROUGHPUT_SHARE,
)
from tests.faults.clients import Crowd, ask, ended_by_server, has_been_reset
from tests.faults.nginx import Nginx, needs_nginx
from tests.faults.probe import Probe, Report, in_turn, is_as_quick, probed, throughput
from tests.faults.processes import descriptors
from tests.faults.service import CAT, LARGE, RAW, WORKERS, Service
from tests.waiting import eventually


@pytest.fixture(scope="module")
def own(pictures):
    with Service(pictures) as running:
        yield running


def clean(own: Service, workers: list[int], held: int) -> bool:
    """Whether the same workers hold as many descriptors as before, and answer, within the promise."""
    return own.workers == workers and eventually(
        lambda: sum(map(descriptors, own.workers)) <= held + WORKERS and ask(own.port, CAT).status == 200,
        SETTLE_SECONDS,
    )


def under(own: Service, port: int, fault, seconds: float) -> tuple[Report, Report, Report]:
    """What the probe got before a fault, during it, and after the fault's own requests were made into pictures.

    `fault` is called with a crowd, and returns soon.
    """
    quiet = probed(own.port, CAT, QUIET_SECONDS)
    with Crowd(port) as crowd, Probe(own.port, CAT) as probe:
        fault(crowd)
        made = time.monotonic() + 2
        time.sleep(2 + seconds)
    return quiet, probe.report(), probe.report(since=made)


def many(count: int, act) -> None:
    for _ in range(count):
        act()


def test_f01_clients_that_never_read_delay_nobody(own, record):
    before, held = own.settled(), sum(map(descriptors, own.workers))
    quiet, faulted, waiting = under(
        own, own.port, lambda crowd: many(WORKERS + 8, lambda: crowd.leak(LARGE)), max(T_W, FAULT_SECONDS)
    )

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)
    assert clean(own, before, held)


def test_f01_nor_do_they_where_the_answer_is_passed_through(own, record):
    before, held = own.settled(), sum(map(descriptors, own.workers))
    quiet, faulted, waiting = under(
        own, own.port, lambda crowd: many(WORKERS + 8, lambda: crowd.leak(RAW, reads=1000)), max(T_W, FAULT_SECONDS)
    )

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)
    assert clean(own, before, held)


def test_f01_each_of_them_is_cut_off_by_the_write_timeout(own, record):
    before = own.settled()
    with Crowd(own.port) as crowd:
        for _ in range(WORKERS):
            crowd.leak(LARGE)
        began = time.monotonic()
        cut = eventually(lambda: all(map(has_been_reset, crowd.sockets)), 2 * T_W + 10)
        seconds = time.monotonic() - began

    record(seconds=round(seconds, 1))
    assert cut
    assert own.workers == before


@needs_nginx
@pytest.mark.parametrize("buffering", [True, False], ids=["buffering on", "buffering off"])
def test_f02_nor_do_they_through_nginx(own, tmp_path, record, buffering):
    with Nginx(tmp_path, own.port, buffering=buffering) as proxy:
        quiet, faulted, waiting = under(
            own, proxy.port, lambda crowd: many(WORKERS + 8, lambda: crowd.leak(LARGE)), max(T_W, FAULT_SECONDS)
        )

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)


def test_f03_a_burst_of_a_hundred_leaked_connections_leaves_the_service_as_it_was(own, record):
    before, held = own.settled(), sum(map(descriptors, own.workers))
    quiet, faulted, _ = under(
        own, own.port, lambda crowd: many(100 if IS_FULL else 25, lambda: crowd.leak(LARGE, reads=1000)), FAULT_SECONDS
    )

    record(quiet=quiet, faulted=faulted)
    assert faulted.served >= PROBE_SERVED
    assert clean(own, before, held)


@pytest.mark.parametrize("per_second", [1, 3, 10])
def test_f03_nor_does_a_trickle_of_them(own, record, per_second):
    before, held = own.settled(), sum(map(descriptors, own.workers))
    quiet = probed(own.port, CAT, QUIET_SECONDS)
    end = time.monotonic() + FAULT_SECONDS
    with Crowd(own.port) as crowd, Probe(own.port, CAT) as probe:
        while time.monotonic() < end:
            crowd.leak(LARGE)
            time.sleep(1 / per_second)
    faulted = probe.report()

    record(quiet=quiet, faulted=faulted)
    assert faulted.served >= PROBE_SERVED
    assert clean(own, before, held)


def test_f04_clients_that_read_all_and_never_close_cost_no_throughput(own, record):
    def faulted() -> float:
        with Crowd(own.port) as crowd:
            many(20, lambda: crowd.ask_and_stay(CAT))
            end = time.monotonic() + QUIET_SECONDS
            found = throughput(own.port, CAT, QUIET_SECONDS)
            while time.monotonic() < end:
                crowd.ask_and_stay(CAT)
                time.sleep(0.05)
        return found

    usual, staying = in_turn(partial(throughput, own.port, CAT, QUIET_SECONDS), faulted)

    record(quiet_per_s=round(usual), faulted_per_s=round(staying))
    assert staying >= THROUGHPUT_SHARE * usual


def test_f05_silent_connections_keep_nobody_waiting(own, record):
    quiet, faulted, waiting = under(own, own.port, lambda crowd: many(CROWD, crowd.say_nothing), FAULT_SECONDS)

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)


def test_f05_f06_nor_do_they_cost_throughput(own, record):
    """Silent connections, and headers that come a byte at a time, each kept up for as long as it is measured."""

    def under_a_crowd(how: str) -> float:
        with lingering(own.port, how):
            return throughput(own.port, CAT, QUIET_SECONDS)

    usual, silent, slow = in_turn(
        partial(throughput, own.port, CAT, QUIET_SECONDS),
        partial(under_a_crowd, "silent"),
        partial(under_a_crowd, "slow"),
    )

    record(quiet_per_s=round(usual), silent_per_s=round(silent), slow_headers_per_s=round(slow))
    assert min(silent, slow) >= THROUGHPUT_SHARE * usual


@contextmanager
def lingering(port: int, how: str):
    """A crowd of such connections, kept up by another process."""
    command = [sys.executable, "-m", "tests.faults.lingering", str(port), str(CROWD), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as crowd:
        crowd.stdout.readline()
        yield
        crowd.stdin.close()


def test_f05_a_silent_connection_is_ended(own, record):
    with Crowd(own.port) as crowd:
        began = time.monotonic()
        ended = ended_by_server(crowd.say_nothing(), 20)
        seconds = time.monotonic() - began

    record(ended=ended, seconds=round(seconds, 1))
    assert ended


def test_f06_slow_headers_and_bodies_keep_nobody_waiting(own, record):
    def slow(crowd: Crowd) -> None:
        many(CROWD, crowd.begin)
        for _ in range(CROWD // 4):
            crowd.connect().sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nabc")

    quiet, faulted, waiting = under(own, own.port, slow, FAULT_SECONDS)

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)


@needs_nginx
def test_f06_nor_through_nginx(own, tmp_path, record):
    with Nginx(tmp_path, own.port) as proxy:
        quiet, faulted, waiting = under(own, proxy.port, lambda crowd: many(CROWD, crowd.begin), FAULT_SECONDS)

    record(quiet=quiet, faulted=faulted, while_they_wait=waiting)
    assert faulted.served >= PROBE_SERVED_ALL
    assert is_as_quick(waiting, quiet)


def test_f06_a_header_that_does_not_end_is_answered_408(own, record):
    with Crowd(own.port) as crowd:
        slow = crowd.begin()
        began = time.monotonic()
        told = slow.recv(1000)

    record(seconds=round(time.monotonic() - began, 1))
    assert told.startswith(b"HTTP/1.1 408 ")
