"""Rows F19 to F24, F43, F48, F52 and F55: processes that die, hang, or get no more of something."""

import os
import subprocess
import tempfile
import time
from functools import partial
from pathlib import Path

import pytest

from tests.faults import bombs, origins
from tests.faults.bounds import (
    BUDGET_SLACK_SECONDS,
    FAULT_SECONDS,
    IS_FULL,
    OVERRUN_SECONDS,
    PROBE_SERVED,
    READINESS_SECONDS,
    RESIDENT_CAP,
    RESPAWN_SECONDS,
    TAKEOVER_SECONDS,
    D,
    _bound,
)
from tests.faults.clients import Crowd, ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.processes import (
    children,
    cpu_seconds,
    descriptors,
    eventually,
    holders,
    peak,
    seconds_until,
    state,
    stopped,
)
from tests.faults.service import CAT, WORKERS, Service, of
from tests.images import encoded, noise, quadrants, solid
from tests.misbehaving import Origin
from tests.serving.server import PATIENCE_SECONDS, Server


@pytest.fixture
def poison_log(tmp_path):
    return tmp_path / "poison.log"


@pytest.fixture
def poisonous(pictures, poison_log):
    """A server with sources that kill."""
    prefix = ["env", f"POISON_LOG={poison_log}"]
    with Service(pictures, application="tests.faults.poison_app:application", prefix=prefix) as running:
        yield running


def poison(word: str, host: str = "poison.test") -> str:
    return f"/_/rs:fit:20:20/plain/http://{host}/{word}.png"


def test_f19_a_picture_that_kills_costs_its_own_request_alone(poisonous, poison_log, record):
    with Probe(poisonous.port, CAT) as probe:
        time.sleep(0.5)
        victim = ask(poisonous.port, poison("segv1"))
        respawned = seconds_until(lambda: len(poisonous.workers) == WORKERS, RESPAWN_SECONDS * 2)
        time.sleep(0.5)

    executed = poison_log.read_text().count("segv1")
    record(victim=victim.status, executed=executed, respawn_s=round(respawned, 2), others=probe.report())
    assert victim.status in (0, 500, 502, 503)
    assert executed == 1
    assert respawned < RESPAWN_SECONDS
    assert probe.report().served >= PROBE_SERVED


def test_f19_a_source_that_killed_twice_is_not_tried_again(poisonous, poison_log, record):
    got = []
    for _ in range(3):
        got.append(ask(poisonous.port, poison("segv2")))
        poisonous.await_workers()

    record(statuses=[each.status for each in got], executed=poison_log.read_text().count("segv2"))
    assert got[-1].status == 422
    assert poison_log.read_text().count("segv2") == 2


def test_f19_twenty_at_once_leave_the_service_as_it_was(poisonous, poison_log, record):
    got = ask_all(poisonous.port, [poison("segv3")] * 20, at_once=20)

    assert poisonous.await_workers()
    assert eventually(lambda: ask(poisonous.port, CAT).status == 200)
    record(statuses=counted(got), executed=poison_log.read_text().count("segv3"))
    assert 200 not in counted(got)
    assert poison_log.read_text().count("segv3") <= 20


def test_f20_a_worker_killed_each_second_costs_no_more_than_its_request(pictures, record):
    kills = 60 if IS_FULL else 5
    with Service(pictures) as own, Probe(own.port, CAT) as probe:
        for number in range(kills):
            time.sleep(1)
            assert own.await_workers()
            own.kill_a_worker(number % WORKERS)
        assert own.await_workers()
    report = probe.report()

    record(kills=kills, probe=report, failed=report.count - report.statuses.get(200, 0))
    assert report.count - report.statuses.get(200, 0) <= kills


def test_f21_a_stopped_worker_is_replaced(pictures, record):
    timeouts = {"read_request_timeout": 1, "timeout": 1, "download_timeout": 1, "write_response_timeout": 1}
    with Service(pictures, **timeouts) as own, Probe(own.port, CAT) as probe:
        worker = own.workers[0]
        with stopped(worker):
            seconds = seconds_until(lambda: worker not in own.workers and len(own.workers) == WORKERS, 30)

    record(seconds=round(seconds, 1), probe=probe.report())
    assert seconds < 1 + 1 + 1 + 5 + 2 + BUDGET_SLACK_SECONDS
    assert probe.report().served >= PROBE_SERVED


def test_f22_without_its_master_no_worker_stays(pictures, record):
    with Service(pictures) as own:
        family = children(own.process.pid)
        own.process.kill()
        seconds = seconds_until(lambda: not [pid for pid in family if state(pid) not in ("", "Z")], 30)

        record(seconds=round(seconds, 1))
        assert holders(own.port) == []
        assert seconds < TAKEOVER_SECONDS


def test_f22_another_server_takes_over_at_once(pictures, record):
    with Service(pictures) as own:
        own.process.kill()
        own.process.wait()
        began = time.monotonic()
        with Service(pictures, port=own.port):
            seconds = time.monotonic() - began

    record(seconds=round(seconds, 1))
    assert seconds < TAKEOVER_SECONDS


def test_f22_while_its_master_is_stopped_the_workers_serve(pictures, record):
    with Service(pictures) as own, stopped(own.process.pid), Probe(own.port, CAT) as probe:
        time.sleep(FAULT_SECONDS)

    record(probe=probe.report())
    assert probe.report().served >= PROBE_SERVED


@pytest.mark.parametrize("word", ["python", "native", "holds"])
def test_f23_a_call_of_a_minute_is_ended_at_the_deadline(poisonous, record, word):
    with Probe(poisonous.port, CAT) as probe:
        got = ask(poisonous.port, poison(word), timeout=60)
        back = seconds_until(lambda: len(poisonous.workers) == WORKERS)

    record(status=got.status, seconds=round(got.seconds, 2), capacity_back_s=round(back, 2), others=probe.report())
    assert got.status in ((503, 504) if word != "holds" else (0, 502, 503, 504))
    assert abs(got.seconds - D - 0.2) < OVERRUN_SECONDS + (1 if word == "holds" else 0)
    assert probe.report().served >= PROBE_SERVED
    assert "poison_app.py" in poisonous.log()


def test_f33_health_says_so_while_native_calls_hold_every_worker(pictures, poison_log, record):
    settings = {"timeout": 12, "download_timeout": 5, "prefix": ["env", f"POISON_LOG={poison_log}"]}
    application = "tests.faults.poison_app:application"
    with Service(pictures, application=application, **settings) as own, Crowd(own.port) as crowd:
        assert eventually(lambda: own.observed("/ready").status == 200)
        for number in range(WORKERS):
            # One origin may not have them all.
            crowd.ask_and_stay(poison("native", f"{number}.poison.test"))
        red = seconds_until(lambda: own.observed("/ready").status == 503)
        for each in crowd.sockets:
            each.settimeout(20)
            each.recv(1)
        green = seconds_until(lambda: own.observed("/ready").status == 200)

    record(red_s=round(red, 1), green_s=round(green, 1))
    assert max(red, green) < READINESS_SECONDS


@pytest.fixture(scope="module")
def hasty(tmp_path_factory):
    """A server whose requests may take 2 s, with pictures that take longer."""
    folder = tmp_path_factory.mktemp("long work")
    (folder / "cat.png").write_bytes(encoded(quadrants()))
    photo = encoded(noise(1000, 1000).resize((4000, 4000)), "jpg")
    # One for each: a source that has ended two workers is in quarantine.
    for name in ("blur", "enlarge", "avif"):
        (folder / f"{name}.jpg").write_bytes(photo)
    (folder / "scans.jpg").write_bytes(bombs.scans(80, noise(2000, 2000)))
    with Service(folder, timeout=2, download_timeout=2) as running:
        yield running


LONG_WORK = {
    "a heavy blur": "bl:50/plain/local:///blur.jpg@png",
    "enlarging to 64 megapixels": "rs:force:8000:8000:1/plain/local:///enlarge.jpg@png",
    "AVIF of 16 megapixels": "f:avif/plain/local:///avif.jpg",
    "as many scans as are read": "rs:fit:1000:1000/plain/local:///scans.jpg@png",
}


@pytest.mark.parametrize("work", LONG_WORK.values(), ids=LONG_WORK)
def test_f23_long_work_ends_with_its_request(hasty, record, work):
    got = ask(hasty.port, f"/_/{work}", timeout=60)
    time.sleep(0.5)
    before = sum(map(cpu_seconds, hasty.workers))
    time.sleep(0.5)
    spent = sum(map(cpu_seconds, hasty.workers)) - before

    record(status=got.status, seconds=round(got.seconds, 2), cpu_after_s=round(spent, 2))
    assert got.status in (200, 503)
    assert got.seconds < 2 + OVERRUN_SECONDS
    assert spent < _bound(0.1, 0.4)
    assert eventually(lambda: ask(hasty.port, CAT).status == 200)


def test_f24_the_largest_legal_images_at_once_stay_below_the_cap(tmp_path, record):
    (tmp_path / "cat.png").write_bytes(encoded(solid(7000, 7000)))
    with Service(tmp_path, timeout=30, download_timeout=5, queue_timeout=20) as own:
        got = ask_all(own.port, ["/_/rs:fit:500:500/plain/local:///cat.png"] * (WORKERS * 2), timeout=60)
        peaks = [peak(pid) for pid in own.workers]

    record(statuses=counted(got), peaks_MiB=[each >> 20 for each in peaks])
    assert counted(got) == {200: WORKERS * 2}
    assert max(peaks) < RESIDENT_CAP


def test_f43_a_server_with_64_descriptors_refuses_and_does_not_crash(pictures, record):
    with Service(pictures, prefix=["prlimit", "--nofile=64:64"]) as own:
        before = own.settled()
        with Crowd(own.port) as crowd:
            for _ in range(200):
                crowd.ask_and_stay(CAT)
            got = ask_all(own.port, [CAT] * 20, at_once=10)
        after = eventually(lambda: ask(own.port, CAT).status == 200)

        record(statuses=counted(got), descriptors=[descriptors(pid) for pid in before])
        assert after
        assert own.workers == before


def test_f55_who_waits_behind_a_picture_that_overruns_is_nobody_s_victim(pictures, poison_log, record):
    budgets = {"workers": 1, "timeout": 2, "download_timeout": 1}
    prefix = ["env", f"POISON_LOG={poison_log}"]
    application = "tests.faults.poison_app:application"
    with Service(pictures, application=application, prefix=prefix, **budgets) as own, Crowd(own.port) as crowd:
        crowd.ask_and_stay(poison("native"))
        assert eventually(poison_log.exists)
        got = ask_all(own.port, [f"{CAT}?{number}" for number in range(4)])
        assert eventually(lambda: "Overran its deadline" in own.log())
        assert eventually(lambda: ask(own.port, "/health").status == 200)
        ended, blamed = own.log().count("Overran its deadline"), ask(own.port, CAT).status

    record(statuses=counted(got), seconds=[round(each.seconds, 2) for each in got], workers_ended=ended)
    assert counted(got).keys() <= {200, 503}
    assert (ended, blamed) == (1, 200)


@pytest.fixture
def nobodys():
    """What starts a server as nobody, with its pictures: root may always fork."""
    if os.getuid() != 0:
        pytest.skip("only root may start the server as somebody else")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "cat.png").write_bytes(origins.SMALL)
        (folder / "cat.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg' width='40' height='20'/>")
        reads_all = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
        prefix = ["setpriv", "--reuid=65534", "--clear-groups", *reads_all, "env", f"HOME={name}"]
        yield partial(Service, folder, prefix=prefix)


def test_f43_a_server_that_may_not_fork_waits_or_ends_and_is_not_left_half_alive(nobodys, record):
    """gunicorn's arbiter ends where fork fails; its supervisor starts it again."""
    with nobodys() as own:
        limit_processes(own.process.pid, 1)
        own.kill_a_worker()
        ended = eventually(lambda: own.process.poll() is not None, 5)
        if not ended:
            limit_processes(own.process.pid, 10_000)
        back = not ended and own.await_workers()

    record(arbiter="ended, to be started again" if ended else "stayed", back=back)
    assert (ended and own.process.returncode != 0) or back
    assert not ended or eventually(lambda: holders(own.port) == [])


def test_f52_a_worker_without_threads_and_processes_refuses_and_is_then_as_before(nobodys, record):
    drawn = "/_/rs:fit:20:20/plain/local:///cat.svg@png"
    with nobodys(workers=1) as own, Origin({"*": origins.closing_picture}) as origin:
        before, paths = own.settled(), [of(origin)] * 20 + [drawn]
        limit_processes(before[0], 1)
        during, other = ask_all(own.port, paths, at_once=1), ask(own.port, CAT)
        limit_processes(before[0], 10_000)
        after = ask_all(own.port, paths, at_once=1)

        record(during=counted(during), other=other.status, after=counted(after))
        assert {(each.status, each.header("Retry-After")) for each in during} == {(503, "1")}
        assert (other.status, counted(after), own.workers) == (200, {200: 21}, before)


def limit_processes(pid: int, count: int) -> None:
    as_its_owner = ["setpriv", "--reuid=65534", "--clear-groups"]
    subprocess.run([*as_its_owner, "prlimit", "--pid", str(pid), f"--nproc={count}:"], check=True)


def test_f48_an_application_that_started_a_thread_is_not_forked(pictures, record):
    own = Server({}, awaits_health=False, application="tests.faults.threaded_app:application")
    with own:
        code = own.process.wait(PATIENCE_SECONDS)
        log = own.log()

    record(code=code)
    assert code != 0
    assert "thread" in log
