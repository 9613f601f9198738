"""Rows F100 to F102: a store of results that is dead, damaged or full, and sources of what it holds."""

import os
import subprocess
import threading
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from imgsvc.results.entry import decode
from tests.faults.bounds import PROBE_SERVED_ALL, D
from tests.faults.clients import Answer, ask, ask_all, counted
from tests.faults.dead_disk import dead_disk
from tests.faults.probe import Probe
from tests.faults.service import CAT, WORKERS, Service, of
from tests.images import encoded, solid
from tests.misbehaving import Origin, closes_at_once, never_answers, not_found, says, serves
from tests.waiting import eventually

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to mount a disk")
FIRST, SECOND = (encoded(solid(40, 30, color=color)) for color in ("red", "blue"))


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "results"


@pytest.fixture(scope="module")
def lasting(tmp_path_factory) -> Path:
    """The store of `own`."""
    return tmp_path_factory.mktemp("results")


@pytest.fixture(scope="module")
def own(pictures, lasting):
    """A server whose pictures are old at once; each test has wishes of its own."""
    with keeping(pictures, lasting, result_store_fresh=0) as running:
        yield running


def entries(store: Path) -> set[Path]:
    """The files of whole entries."""
    return {path for path in store.rglob("*") if path.is_file() and path.suffix == ""}


def kept_of(own: Service, store: Path, path: str) -> tuple[Answer, Path]:
    """The first answer for a path, and where it is kept."""
    before = entries(store)
    answer = ask(own.port, path)
    assert eventually(lambda: entries(store) - before)
    return answer, next(iter(entries(store) - before))


def is_whole(path: Path, store: Path) -> bool:
    return decode(path.read_bytes(), str(path.relative_to(store))) is not None


def keeping(pictures, store: Path, **settings) -> Service:
    return Service(pictures, result_store=store.as_uri(), **settings)


@contextmanager
def full_disk(folder: Path):
    """A disk of 64 KB at `folder`, of which nothing is left."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder], check=True)
    try:
        (folder / "all").write_bytes(b"x" * (60 << 10))
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@pytest.mark.skipif(not os.access("/dev/fuse", os.W_OK) or os.geteuid() != 0, reason="needs root and /dev/fuse")
def test_f100_a_disk_of_results_that_never_answers_costs_no_picture(pictures, store, record):
    store.mkdir()
    with ExitStack() as disk:
        disk.enter_context(dead_disk(store))
        with keeping(pictures, store) as own:
            before = own.settled()
            with Probe(own.port, CAT) as probe, Probe(own.port, "/health") as health:
                got = ask_all(own.port, [f"/_/rs:fit:{20 + number}:20/plain/local:///cat.png" for number in range(40)])
            kept_workers = own.workers == before
            # What waits for it in the kernel keeps a server from ending, whoever that is.
            disk.close()
            is_asked_again = eventually(lambda: ask(own.port, CAT).status == 200 and entries(store))

    record(statuses=counted(got), probe=probe.report(), health=health.report())
    assert counted(got) == {200: 40}
    assert min(probe.report().served, health.report().served) >= PROBE_SERVED_ALL
    assert kept_workers
    assert is_asked_again


def test_f100_a_disk_that_answers_is_answered_from(own, lasting, record):
    first, _ = kept_of(own, lasting, "/_/rs:fit:21:20/plain/local:///cat.png")
    again = ask(own.port, "/_/rs:fit:21:20/plain/local:///cat.png")
    is_found = own.await_log('store="renewed"')

    record(statuses=[first.status, again.status])
    assert first.body == again.body
    assert is_found


def test_f102_what_is_gone_does_not_come_back_when_its_origin_is_down(own, lasting, record):
    now = {"*": serves(FIRST, etag='"one"')}
    with Origin(now) as origin:
        _, entry = kept_of(own, lasting, of(origin))
        now["*"] = not_found
        gone = ask(own.port, of(origin))
        is_forgotten = eventually(lambda: not is_whole(entry, lasting))
        now["*"] = says(b"", 503)
        down = ask(own.port, of(origin))

    record(statuses=counted([gone, down]))
    assert (gone.status, is_forgotten, down.status) == (404, True, 502)


DAMAGED = {
    "cut short": lambda whole: whole[: len(whole) // 2],
    "empty": lambda _whole: b"",
    "another bit": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
    "somebody else's": lambda _whole: b"<html>no such page</html>" * 100,
}


@pytest.mark.parametrize("number", range(len(DAMAGED)), ids=list(DAMAGED))
def test_f101_what_is_damaged_is_made_again_and_mended(own, lasting, record, number):
    target = f"/_/rs:fit:{30 + number}:20/plain/local:///cat.png"
    first, path = kept_of(own, lasting, target)
    path.write_bytes([*DAMAGED.values()][number](path.read_bytes()))
    second = ask(own.port, target)
    is_mended = eventually(lambda: is_whole(path, lasting))

    record(statuses=[first.status, second.status], mended=is_mended)
    assert second.body == first.body
    assert is_mended


@needs_root
def test_f101_a_disk_that_is_full_costs_no_picture_and_is_counted(pictures, store, record):
    with full_disk(store), keeping(pictures, store) as own:
        got = ask_all(own.port, [f"/_/rs:fit:{90 + number}:90/plain/local:///photo.jpg@png" for number in range(12)])
        is_counted = eventually(
            lambda: (
                ask(own.port, CAT).status == 200
                and b'imgsvc_result_store_total{outcome="lost"} 0' not in own.observed("/metrics").body
            )
        )

    record(statuses=counted(got), counted=is_counted)
    assert counted(got) == {200: 12}
    assert is_counted


def test_f101_workers_that_are_killed_while_they_write_leave_nothing_half(pictures, store, record):
    paths = [f"/_/rs:fit:{200 + number}:200/plain/local:///photo.jpg@png" for number in range(60)]
    with keeping(pictures, store) as own:
        asking = threading.Thread(target=lambda: [ask(own.port, path) for path in paths])
        asking.start()
        for _ in range(4):
            own.kill_a_worker()
            assert own.await_workers(WORKERS)
        asking.join()
        answers = {path: ask(own.port, path).body for path in paths}
        again = {path: ask(own.port, path).body for path in paths}
        whole = [is_whole(path, store) for path in entries(store)]

    record(entries=len(whole))
    assert answers == again
    assert all(whole)


def test_f102_who_would_be_refused_in_a_full_queue_gets_what_is_kept(pictures, store, record):
    now = {"*": serves(FIRST, etag='"one"')}
    # Who waits first and is fetched for then has time for both.
    with keeping(pictures, store, result_store_fresh=0, timeout=20) as own, Origin(now) as origin:
        first, _ = kept_of(own, store, of(origin))
        now["*"] = never_answers
        names = [of(origin, f"/{number}.png") for number in range(120)]
        others = threading.Thread(target=ask_all, args=(own.port, names))
        others.start()
        got = ask_all(own.port, [of(origin)] * 40)
        others.join()

    record(statuses=counted(got))
    assert {(each.status, each.body) for each in got} == {(200, first.body)}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (serves(SECOND, etag='"two"'), "the new picture"),
        (not_found, "gone"),
        (says(b"", 500), "the kept one"),
        (closes_at_once, "the kept one"),
        (never_answers, "the kept one"),
    ],
    ids=["changed", "gone", "fails", "closes", "hangs"],
)
def test_f102_what_comes_of_an_old_picture_is_for_its_source_to_say(own, lasting, record, answer, expected):
    now = [serves(FIRST, etag='"one"')]

    def answers(exchange):
        now[0](exchange)

    with Origin({"*": answers}) as origin:
        first, _ = kept_of(own, lasting, of(origin))
        now[0] = answer
        second = ask(own.port, of(origin), timeout=D + 10)

    told = "max-age=60" in second.header("Cache-Control")
    came = {first.body: "the kept one"}.get(second.body, "the new picture") if second.status == 200 else "gone"
    record(status=second.status, told_to_ask_soon=told, seconds=round(second.seconds, 2))
    assert came == expected
    assert told == (expected == "the kept one")
