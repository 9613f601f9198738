"""Rows F103 to F106: a bucket of results that stalls, lies or refuses, and that two servers share."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from imgsvc.cli import main
from imgsvc.results.entry import decode
from imgsvc.results.naming import folder_of
from tests import misbehaving as answers
from tests.faults.bounds import PROBE_SERVED_ALL
from tests.faults.clients import ask, ask_all, counted
from tests.faults.probe import Probe
from tests.faults.service import CAT, Service, of
from tests.images import encoded, solid
from tests.keeping.buckets import KEYS, LOCATION, MemoryBucket, environ_of, only
from tests.misbehaving import Origin, serves
from tests.waiting import eventually

FIRST, SECOND = (encoded(solid(40, 30, color=color)) for color in ("red", "blue"))


@pytest.fixture(scope="module")
def memory() -> MemoryBucket:
    """What the bucket of `own` has; it behaves again for each test."""
    return MemoryBucket()


@pytest.fixture(scope="module")
def running(pictures, memory):
    with Origin({"*": memory}) as bucket, keeping(pictures, bucket) as service:
        yield service


@pytest.fixture
def own(running, memory):
    yield running
    memory.instead = lambda _exchange: None


def keeping(pictures, bucket: Origin, **settings) -> Service:
    plain = {"s3_endpoint": bucket.url(""), "result_store": LOCATION}
    service = Service(pictures, **plain | settings)
    service.settings |= KEYS
    return service


def paths(width: int, count: int = 40) -> list[str]:
    """Each of another size, and no other test's."""
    return [f"/_/rs:fit:{width + number}:20/plain/local:///cat.png" for number in range(count)]


def outcomes(own: Service) -> dict[str, int]:
    """What was counted so far of lookups and results that were not kept."""
    own.await_observer()
    told = own.observed("/metrics").body.decode()
    return {name: int(count) for name, count in re.findall(r'result_store_total\{outcome="(\w+)"\} (\d+)', told)}


@pytest.mark.parametrize(
    ("width", "answer"),
    [
        (1000, answers.never_answers),
        (1100, answers.stalls_at(0.5, b"x" * 9999)),
        (1200, answers.drips(b"x" * 9999, 0.1)),
    ],
    ids=["never answers", "stalls half-way", "drips"],
)
def test_f103_a_bucket_that_stalls_costs_no_picture_and_no_worker(own, memory, record, width, answer):
    before = own.settled()
    memory.instead = lambda _exchange: answer
    with Probe(own.port, "/health") as health:
        got = ask_all(own.port, paths(width))
    memory.instead = lambda _exchange: None
    is_asked_again = eventually(lambda: ask(own.port, paths(width)[0]).status == 200 and memory.kept)

    record(statuses=counted(got), health=health.report())
    assert counted(got) == {200: 40}
    assert health.report().served >= PROBE_SERVED_ALL
    assert (own.workers, bool(is_asked_again)) == (before, True)


LIES = {
    "cut short": lambda whole: whole[: len(whole) // 2],
    "another bit": lambda whole: whole[:-1] + bytes([whole[-1] ^ 1]),
    "somebody else's": lambda _whole: b"<html>no such page</html>" * 100,
    "another picture's": lambda whole: whole.replace(b'"key": "', b'"key": "x'),
}


# No other test asks for it, whose results may still be written meanwhile.
LIED_ABOUT = "local:///photo.jpg"


def entries_of_lies(memory: MemoryBucket) -> set[str]:
    """The names of what is kept of it."""
    return {name for name in list(memory.kept) if folder_of("", LIED_ABOUT) in name}


@pytest.mark.parametrize("number", range(len(LIES)), ids=list(LIES))
def test_f104_what_a_bucket_says_that_is_not_the_picture_is_made_again_and_mended(own, memory, record, number):
    target, before = f"/_/rs:fit:{30 + number}:90/plain/{LIED_ABOUT}", entries_of_lies(memory)
    first = ask(own.port, target)
    assert eventually(lambda: entries_of_lies(memory) - before)
    (name,) = entries_of_lies(memory) - before
    memory.kept[name] = [*LIES.values()][number](memory.kept[name])
    second = ask(own.port, target)
    is_mended = eventually(lambda: decode(memory.kept[name], name.removeprefix("kept/")))

    record(statuses=[first.status, second.status], mended=bool(is_mended))
    assert (second.status, second.body) == (200, first.body)
    assert is_mended


@pytest.mark.parametrize(
    "answer",
    [
        answers.says(b"x", Content_Length="10000000000"),
        answers.cuts_at(0.5, b"x" * 999),
        answers.cuts_at(1, b"x" * 99, Content_Length="100"),
        answers.endless,
        answers.says(b"", 302, Location="http://127.0.0.1:1/"),
    ],
    ids=["announces 10 GB", "cut off", "a byte too few", "endless", "redirects"],
)
def test_f104_what_a_bucket_answers_that_is_no_answer_is_nothing(own, memory, record, answer):
    memory.instead = only("GET", answer)
    got = [ask(own.port, paths(60)[0]) for _ in range(3)]

    record(statuses=counted(got))
    assert {(each.status, each.body) for each in got} == {(200, got[0].body)}


@pytest.mark.parametrize("status", [403, 503, 507])
def test_f105_a_bucket_that_refuses_costs_no_picture_and_is_counted(own, memory, record, status):
    before = outcomes(own)
    memory.instead = lambda _exchange: answers.says(b"<Code>No</Code>", status)
    got = ask_all(own.port, paths(2 * status, 12))

    def is_counted() -> bool:
        # What a worker has lost is told with its next answer.
        ask_all(own.port, [CAT] * 4)
        now = outcomes(own)
        return all(now[each] >= before[each] + 12 for each in ("failed", "lost"))

    found = eventually(is_counted)
    record(statuses=counted(got), counted=found)
    assert counted(got) == {200: 12}
    assert found
    assert "RESULT_STORE cannot be asked" in own.log()
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in own.log()


def test_f105_a_bucket_that_is_not_there_costs_no_picture(pictures, record):
    with Origin({}) as nobody:
        own = keeping(pictures, nobody)
    with own:
        got = ask_all(own.port, paths(40))

    record(statuses=counted(got))
    assert counted(got) == {200: 40}


@contextmanager
def two_of_one_bucket(pictures, bucket: Origin):
    """Servers whose pictures are old at once."""
    first, second = (keeping(pictures, bucket, workers=1, result_store_fresh=0) for _ in range(2))
    with first, second:
        yield first, second


def test_f106_two_servers_share_a_bucket_while_pictures_change_and_are_forgotten(pictures, record):
    memory, now = MemoryBucket(), {"*": serves(FIRST, etag='"1"')}
    with Origin({"*": memory}) as bucket, Origin(now) as origin:
        with two_of_one_bucket(pictures, bucket) as servers:
            old = ask(servers[0].port, of(origin)).body
            with ThreadPoolExecutor(8) as pool:
                asked = [pool.submit(ask, servers[number % 2].port, of(origin)) for number in range(60)]
                now["*"] = serves(SECOND, etag='"2"')
                asked += [pool.submit(ask, servers[number % 2].port, of(origin)) for number in range(60)]
            new = ask(servers[1].port, of(origin)).body
        # What they had still to write is gone with them.
        forgotten = CliRunner().invoke(main, ["purge", "--source", origin.url("/cat.png")], env=environ_of(bucket))
    got = [each.result() for each in asked]

    record(statuses=counted(got), forgotten=forgotten.output.strip())
    assert {each.status for each in got} == {200}
    assert {each.body for each in got} <= {old, new}
    assert old != new
    assert (forgotten.output, memory.kept) == ("1 result forgotten\n", {})
