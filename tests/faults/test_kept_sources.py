"""Rows F111 to F113: a store of sources that is dead, damaged or full, and origins that change, fail or are down."""

import threading
from pathlib import Path

import pytest

from imgsvc.kept_sources.entry import decode
from tests import misbehaving as answers
from tests.faults.bounds import PROBE_SERVED_ALL
from tests.faults.clients import ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.service import CAT, WORKERS, Service, of
from tests.faults.test_kept_results import full_disk, needs_root
from tests.images import encoded, solid
from tests.keeping.buckets import KEYS, MemoryBucket
from tests.misbehaving import Origin, serves
from tests.waiting import eventually

FIRST, SECOND = (encoded(solid(40, 30, color=color)) for color in ("red", "blue"))
LOCATION = "s3://results/kept"


@pytest.fixture
def store(tmp_path) -> Path:
    return tmp_path / "sources"


def keeping(pictures, store: Path, **settings) -> Service:
    return Service(pictures, source_store=store.as_uri(), **settings)


def entries(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file() and path.suffix == ""]


def is_whole(path: Path, store: Path) -> bool:
    return decode(path.read_bytes(), str(path.relative_to(store))) is not None


def sizes(origin: Origin, count: int, begin: int = 1) -> list[str]:
    """As many pictures of one source."""
    url = origin.url("/cat.png")
    return [f"/_/rs:force:{begin + number}:10/plain/{url}" for number in range(count)]


def test_f111_many_sizes_of_one_source_are_one_fetch(pictures, store, record):
    with Origin({"*": serves(FIRST, etag='"1"')}) as origin, keeping(pictures, store) as own:
        first = ask(own.port, sizes(origin, 1)[0])
        assert eventually(lambda: entries(store))
        got = ask_all(own.port, sizes(origin, 40, begin=2))
        fetches = len(origin.targets)
        log = own.await_log('source_store="hit"')

    record(statuses=counted([first, *got]), fetches=fetches)
    assert (counted([first, *got]), fetches, log) == ({200: 41}, 1, True)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (serves(SECOND, etag='"2"'), "the new source"),
        (answers.not_found, "gone"),
        (answers.says(b"", 503), "the kept one"),
        (answers.closes_at_once, "the kept one"),
        (answers.never_answers, "the kept one"),
    ],
    ids=["changed", "gone", "fails", "closes", "hangs"],
)
def test_f111_what_comes_of_an_old_source_is_for_its_origin_to_say(pictures, store, record, answer, expected):
    now = {"*": serves(FIRST, etag='"1"')}
    with Origin(now) as origin, keeping(pictures, store, source_store_fresh=0) as own:
        first = ask(own.port, sizes(origin, 1)[0])
        assert eventually(lambda: entries(store))
        now["*"] = answer
        again = ask(own.port, sizes(origin, 1)[0])

    came = {first.body: "the kept one"}.get(again.body, "the new source") if again.status == 200 else "gone"
    told = "max-age=60" in again.header("Cache-Control")
    record(status=again.status, came=came, told_to_ask_soon=told)
    assert (came, told) == (expected, expected == "the kept one")


def test_f111_what_is_gone_does_not_come_back_when_its_origin_is_down(pictures, store, record):
    now = {"*": serves(FIRST, etag='"1"')}
    with Origin(now) as origin, keeping(pictures, store, source_store_fresh=0) as own:
        ask(own.port, sizes(origin, 1)[0])
        assert eventually(lambda: entries(store))
        now["*"] = answers.not_found
        gone = ask(own.port, sizes(origin, 1)[0])
        is_forgotten = eventually(lambda: not is_whole(entries(store)[0], store))
        now["*"] = answers.says(b"", 503)
        down = ask(own.port, sizes(origin, 1)[0])

    record(statuses=counted([gone, down]))
    assert (gone.status, is_forgotten, down.status) == (404, True, 502)


def test_f111_an_origin_that_is_down_has_its_fresh_sources_served(pictures, store, record):
    with keeping(pictures, store) as own:
        with Origin({"*": serves(FIRST, etag='"1"')}) as origin:
            ask(own.port, sizes(origin, 1)[0])
            assert eventually(lambda: entries(store))
            others = sizes(origin, 20, begin=2)
        got = ask_all(own.port, others)

    record(statuses=counted(got))
    assert counted(got) == {200: 20}


DAMAGED = {
    "cut short": lambda whole: whole[: len(whole) // 2],
    "another bit": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
    "somebody else's": lambda _whole: b"<html>no such page</html>" * 100,
    "empty": lambda _whole: b"",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_f112_what_is_damaged_is_fetched_again_and_mended(pictures, store, record, damage):
    with Origin({"*": serves(FIRST, etag='"1"')}) as origin, keeping(pictures, store) as own:
        first = ask(own.port, sizes(origin, 1)[0])
        assert eventually(lambda: entries(store))
        (path,) = entries(store)
        path.write_bytes(DAMAGED[damage](path.read_bytes()))
        again = ask(own.port, sizes(origin, 1)[0])
        is_mended = eventually(lambda: is_whole(path, store))

    record(statuses=[first.status, again.status], mended=is_mended)
    assert (again.status, again.body, is_mended) == (200, first.body, True)


@needs_root
def test_f112_a_disk_that_is_full_costs_no_picture_and_is_counted(pictures, store, record):
    large = encoded(solid(300, 300, mode="RGB"), "BMP")
    with full_disk(store), Origin({"*": serves(large)}) as origin, keeping(pictures, store) as own:
        got = ask_all(own.port, [of(origin, f"/{number}.bmp") for number in range(12)])
        is_counted = eventually(
            lambda: (
                ask(own.port, CAT).status == 200
                and b'imgsvc_source_store_total{outcome="lost"} 0' not in own.observed("/metrics").body
            )
        )

    record(statuses=counted(got), counted=is_counted)
    assert counted(got) == {200: 12}
    assert is_counted


def test_f112_workers_that_are_killed_while_they_write_leave_nothing_half(pictures, store, record):
    with Origin({"*": serves(FIRST, etag='"1"')}) as origin, keeping(pictures, store) as own:
        paths = [of(origin, f"/{number}.png") for number in range(60)]
        asking = threading.Thread(target=lambda: [ask(own.port, path) for path in paths])
        asking.start()
        for _ in range(3):
            own.kill_a_worker()
            assert own.await_workers(WORKERS)
        asking.join()
        got = ask_all(own.port, paths)
        whole = [is_whole(path, store) for path in entries(store)]

    record(statuses=counted(got), entries=len(whole))
    assert counted(got) == {200: 60}
    assert all(whole)


@pytest.mark.parametrize(
    "answer",
    [
        answers.never_answers,
        answers.stalls_at(0.5, b"x" * 9999),
        answers.drips(b"x" * 9999, 0.1),
        answers.says(b"<Code>No</Code>", 503),
        answers.says(b"x", Content_Length="10000000000"),
    ],
    ids=["never answers", "stalls half-way", "drips", "refuses", "announces 10 GB"],
)
def test_f113_a_bucket_that_does_not_answer_costs_no_picture_and_no_worker(pictures, record, answer):
    memory = MemoryBucket()
    with Origin({"*": memory}) as bucket, Origin({"*": serves(FIRST, etag='"1"')}) as origin:
        own = Service(pictures, s3_endpoint=bucket.url(""), source_store=LOCATION)
        own.settings |= KEYS
        with own:
            before = own.settled()
            memory.instead = lambda _exchange: answer
            with Probe(own.port, "/health") as health:
                got = ask_all(own.port, sizes(origin, 40))
            memory.instead = lambda _exchange: None
            is_asked_again = eventually(lambda: ask(own.port, sizes(origin, 1)[0]).status == 200 and memory.kept)
            kept_workers = own.workers == before

    record(statuses=counted(got), health=health.report())
    assert counted(got) == {200: 40}
    assert health.report().served >= PROBE_SERVED_ALL
    assert (kept_workers, bool(is_asked_again)) == (True, True)


def test_f113_a_bucket_that_sends_without_end_costs_no_picture(pictures, record):
    memory = MemoryBucket(instead=lambda _exchange: answers.endless)
    with Origin({"*": memory}) as bucket, Origin({"*": serves(FIRST, etag='"1"')}) as origin:
        own = Service(pictures, s3_endpoint=bucket.url(""), source_store=LOCATION)
        own.settings |= KEYS
        with own:
            got = [ask(own.port, path) for path in sizes(origin, 3)]

    record(statuses=counted(got))
    assert counted(got) == {200: 3}


def test_f113_two_servers_share_a_bucket_while_sources_change(pictures, record):
    memory, now = MemoryBucket(), {"*": serves(FIRST, etag='"1"')}
    with Origin({"*": memory}) as bucket, Origin(now) as origin:
        servers = [
            Service(pictures, s3_endpoint=bucket.url(""), source_store=LOCATION, source_store_fresh=0, workers=1)
            for _ in range(2)
        ]
        for each in servers:
            each.settings |= KEYS
        with servers[0], servers[1]:
            old = ask(servers[0].port, of(origin))
            got = [ask(servers[number % 2].port, of(origin)) for number in range(20)]
            now["*"] = serves(SECOND, etag='"2"')
            new = [ask(servers[number % 2].port, of(origin)) for number in range(20)]

    record(statuses=counted([old, *got, *new]))
    assert {each.body for each in got} == {old.body}
    assert len({each.body for each in new}) == 1
    assert new[0].body != old.body
