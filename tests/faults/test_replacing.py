"""Rows F34 to F42, F44 and F47: processes that are replaced on purpose, configuration that changes, time that jumps."""

import itertools
import signal
import sys
import threading
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.faults import pending
from tests.faults.bounds import (
    FAULT_SECONDS,
    IS_FULL,
    OBSERVER_SECONDS,
    SOAK,
    T_W,
    D,
    _bound,
)
from tests.faults.clients import Crowd, abort, ask, ask_all, counted
from tests.faults.nginx import Nginx, needs_nginx
from tests.faults.origins import Gate, slow_picture
from tests.faults.probe import Probe, is_as_quick, probed
from tests.faults.processes import descriptors, eventually, resident
from tests.faults.service import CAT, WORK, WORKERS, Service, of
from tests.misbehaving import Origin
from tests.serving.server import PATIENCE_SECONDS, Server, everything


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
    with Service(pictures) as own:
        quiet = probed(own.port, CAT, 2)
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
        before = set(own.workers)
        time.sleep(FAULT_SECONDS)
        assert eventually(lambda: not before & set(own.workers))

    record(requests=len(answers), statuses=counted(answers))
    assert set(counted(answers)) == {200}


@pending.RECYCLING
def test_f36_the_next_worker_waits_until_the_last_one_is_replaced(pictures, record):
    fewest = WORKERS
    with Service(pictures, max_requests=50, max_requests_jitter=0) as own, busy(own.port, at_once=3):
        end = time.monotonic() + FAULT_SECONDS
        while time.monotonic() < end:
            fewest = min(fewest, len(own.workers))
            time.sleep(0.02)

    record(fewest_workers=fewest)
    assert fewest >= WORKERS - 1


@needs_nginx
def test_f37_nginx_may_reload_under_load_and_be_killed(pictures, tmp_path, record):
    with Service(pictures) as own, Nginx(tmp_path, own.port) as proxy:
        with busy(proxy.port) as answers:
            for _ in range(int(_bound(10, 2))):
                proxy.reload()
                time.sleep(2)
        before = own.workers
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


def test_f39_a_long_run_of_mixed_requests_and_aborts_grows_nothing(pictures, origin, record):
    paths = itertools.cycle([CAT, WORK, of(origin), CAT.replace("20:20", "30:30") + "@webp", "/_/nonsense:1/plain/x"])
    with Service(pictures) as own:
        ask_all(own.port, itertools.islice(paths, SOAK // 4), at_once=4)
        sizes, held = [], sum(map(descriptors, own.workers))
        for _ in range(3):
            ask_all(own.port, itertools.islice(paths, SOAK // 4), at_once=4)
            for _ in range(SOAK // 80):
                abort(own.port, WORK, how="rst", after=0.01)
            sizes.append(sum(map(resident, own.workers)))
        grown = (sizes[-1] - sizes[-2]) / sizes[-2] / (SOAK / 4 / 1000)
        flat = eventually(lambda: sum(map(descriptors, own.workers)) <= held + WORKERS)

    record(requests=SOAK, MiB=[each >> 20 for each in sizes], slope_per_1000=f"{100 * grown:.2f} %", descriptors=held)
    assert flat
    assert grown < 0.01 or sizes[-1] - sizes[-2] < 16 * 2**20


def test_f40_a_log_that_nobody_reads_stops_no_worker(pictures, record):
    with Service(pictures, prefix=[sys.executable, "-m", "tests.faults.unread_log"]) as own:
        got = ask_all(own.port, ["/_/nonsense:1/plain/x"] * 100, at_once=25, timeout=3)
        last = ask(own.port, CAT, timeout=5)

    record(statuses=counted(got), last=last.status)
    assert counted(got) == {404: 100}
    assert last.status == 200


def test_f40_the_heartbeat_is_in_memory_and_nothing_is_written_to_a_disk(service, record):
    """There is no result cache here, so none can be full, read-only or stalled."""
    disks = [path for pid in service.workers for path in written(pid) if path.startswith("/") and path[:5] not in BARE]

    record(files=disks)
    assert disks == []


BARE = ("/dev/", "/proc", "/memf")


def written(pid: int) -> list[str]:
    """Files that `pid` has open for writing, but for the test's own log, which is a deleted temporary file."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            flags = int((each.parent.parent / "fdinfo" / each.name).read_text().split("flags:")[1].split()[0], 8)
            target = str(each.readlink())
            if flags & 3 and not (target.endswith("(deleted)") and int(each.name) <= 2):
                found.append(target)
    return found


def test_f41_what_is_asked_again_is_made_again_to_the_byte(service, record):
    """There is no result cache here, so no entry can be damaged: every answer is computed."""
    got = ask_all(service.port, [WORK] * 4, at_once=2)

    record(different=len({each.body for each in got}))
    assert len({each.body for each in got}) == 1


def test_f42_a_wall_clock_that_jumps_moves_no_deadline(jumping, record):
    own, jump = jumping
    with Origin({"*": slow_picture(1)}) as slow:
        got = []
        for seconds in (3600, -3600, 0):
            threading.Timer(0.3, jump, [seconds]).start()
            got.append(ask(own.port, of(slow)))

    record(statuses=counted(got), seconds=[round(each.seconds, 2) for each in got])
    assert counted(got) == {200: 3}


def test_f42_what_expires_follows_the_wall_clock(jumping, record):
    own, jump = jumping
    path = CAT.replace("/_/", f"/_/exp:{int(time.time()) + 1800}/")
    got = []
    for seconds in (0, 3600, 0):
        jump(seconds)
        got.append(ask(own.port, path).status)

    record(statuses=got)
    assert got == [200, 404, 200]


@pytest.fixture
def jumping(pictures, tmp_path):
    """A server of one worker, and what moves its wall clock."""
    file = tmp_path / "jump"
    prefix = ["env", f"CLOCK_JUMP={file}"]
    with Service(pictures, workers=1, application="tests.faults.jumping_app:application", prefix=prefix) as own:
        yield own, lambda seconds: file.write_text(str(seconds))


def test_f44_the_metrics_stay_small_and_monotonic_over_many_workers(pictures, record):
    kills = 100 if IS_FULL else 5
    with Service(pictures, max_requests=5, max_requests_jitter=0) as own:
        assert own.await_observer()
        before = own.observed("/metrics")
        for _ in range(kills):
            ask_all(own.port, [CAT] * 10, at_once=2)
            with suppress(ProcessLookupError, IndexError):
                own.kill_a_worker()
            own.await_workers()
        after = own.observed("/metrics")

    assert (before.status, after.status) == (200, 200)
    record(bytes=[len(before.body), len(after.body)], ms=round(1000 * after.seconds))
    assert after.seconds < OBSERVER_SECONDS
    assert len(after.body) < 2 * len(before.body) + 10_000
    assert b"nan" not in after.body.lower()
    assert fallen(counters(before.body), counters(after.body)) == []


def counters(body: bytes) -> dict[str, float]:
    lines = (line.rpartition(" ") for line in body.decode().splitlines() if line and not line.startswith("#"))
    return {name: float(value) for name, _, value in lines if "_total" in name or "_bucket" in name or "_count" in name}


def fallen(before: dict[str, float], after: dict[str, float]) -> list[str]:
    return [name for name, value in before.items() if after.get(name, 0) < value]


def test_f47_a_configuration_that_cannot_be_used_refuses_to_boot(record):
    with Server({"IMGSVC_WORKERS": "many", "IMGSVC_TTL": "-1"}, awaits_health=False) as own:
        code = own.process.wait(PATIENCE_SECONDS)
        log = own.log()

    record(code=code, lines=len(log.splitlines()))
    assert code == 78
    assert "Traceback" not in log
    assert "IMGSVC_WORKERS" in log


def test_f47_nor_does_it_replace_one_that_works(pictures, tmp_path, record):
    file = tmp_path / "imgsvc.env"
    file.write_text("IMGSVC_TTL=1111\n")
    with Service(pictures, env_local_file_path=file) as own:
        first = ask(own.port, CAT)
        file.write_text("IMGSVC_TTL=never\n")
        own.process.send_signal(signal.SIGHUP)
        told = own.await_log("IMGSVC_TTL")
        time.sleep(1)
        second = ask(own.port, CAT)
        log = own.log()

    record(before=first.status, after=second.status or second.fault, says_so=told)
    assert "1111" in first.header("cache-control")
    assert (second.status, told) == (200, True)
    assert "1111" in second.header("cache-control")
    assert "Traceback" not in log
