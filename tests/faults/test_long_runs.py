"""Rows F39 to F42, F44, F47, F66: long runs, logs and disks that stall, time that jumps, settings that change."""

import itertools
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from statistics import mean

import pytest

from tests.faults.bounds import (
    DESCRIPTORS_MORE,
    IS_FULL,
    MEMORY_GROWTH,
    OBSERVER_SECONDS,
    REST_SECONDS,
    SOAK,
    STEADY_SECONDS,
)
from tests.faults.clients import abort, ask, ask_all, counted
from tests.faults.origins import picture, slow_picture
from tests.faults.processes import children, descriptors, resident, seconds_until
from tests.faults.service import CAT, WORK, WORKERS, Service, of
from tests.misbehaving import Origin
from tests.serving.server import PATIENCE_SECONDS, Server
from tests.waiting import eventually


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


def family(pid: int) -> list[int]:
    """A process with all that it has started."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def visits(pictures: Path) -> list[str]:
    """Pictures, animations and drawings, by every encoder that keeps something."""
    (pictures / "drawing.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90"/>')
    sources = ("cat.png", "photo.jpg", "drawing.svg")
    return [f"/_/rs:fit:{side}:{side}/plain/local:///{name}@{word}"
            for name in sources for side in (30, 300) for word in ("jpg", "png", "webp", "avif")]  # fmt: skip


def test_f66_what_lies_idle_is_let_go(pictures, record):
    paths = visits(pictures)
    with Service(pictures) as own:
        assert own.await_observer()
        before = sum(map(descriptors, family(own.process.pid)))
        with ExitStack() as stack:
            origins = [stack.enter_context(Origin({"*": picture})) for _ in range(8)]
            ask_all(own.port, [*paths * 3, *(of(each) for each in origins * 4)], at_once=8)
            busy, drawing = sum(map(descriptors, family(own.process.pid))), sum(map(len, map(children, own.workers)))
        rest = seconds_until(lambda: has_let_go(own, before), 90)

    record(before=before, busy=busy, drawing=drawing, seconds_of_rest=round(rest, 1))
    assert drawing > 0
    assert rest < REST_SECONDS


def has_let_go(own: Service, before: int) -> bool:
    """No process that draws is left, and no more descriptors than a few."""
    draws = any(map(children, own.workers))
    return not draws and sum(map(descriptors, family(own.process.pid))) <= before + DESCRIPTORS_MORE


def test_f66_memory_is_as_it_was_after_minutes_of_work_and_a_few_faults(pictures, record):
    paths = itertools.cycle(visits(pictures))
    sizes: list[tuple[float, int]] = []
    with Service(pictures) as own:
        ask_all(own.port, itertools.islice(paths, 100), at_once=4)
        began = time.monotonic()
        while time.monotonic() < began + STEADY_SECONDS:
            ask_all(own.port, itertools.islice(paths, 40), at_once=4)
            abort(own.port, WORK, how="rst", after=0.01)
            sizes.append((time.monotonic() - began, sum(map(resident, family(own.process.pid)))))
    first, last = (mean(size for at, size in sizes if low <= at / STEADY_SECONDS < low + 1 / 3) for low in (0, 2 / 3))

    record(first_minute_MiB=round(first / 2**20), last_minute_MiB=round(last / 2**20))
    assert last < first * (1 + MEMORY_GROWTH)


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
    """Files that `pid` has open for writing, but for the log, which the test keeps in a deleted temporary file."""
    found, log = [], str(Path(f"/proc/{pid}/fd/2").readlink())
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):
            flags = int((each.parent.parent / "fdinfo" / each.name).read_text().split("flags:")[1].split()[0], 8)
            target = str(each.readlink())
            if flags & 3 and target != log:
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
