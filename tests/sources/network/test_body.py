"""Twin of imgsvc/sources/network/body.py."""

import math
import threading
import time
import tracemalloc
from contextlib import suppress
from dataclasses import dataclass
from itertools import count

import pytest

from imgsvc.errors import (
    ClientClosedRequestError,
    SourceError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTooLargeError,
)
from imgsvc.runtime.scope import NoJournal, NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.byte_budget import MEBIBYTE, ByteBudget, Claim
from imgsvc.sources.network.body import (
    ABSOLUTE_MAX_BYTES,
    AT_ONCE_BYTES,
    AT_ONCE_SECONDS,
    START_BYTES,
    Bounded,
    fetch,
)
from imgsvc.sources.source import Fetched, SourceRequest
from tests.interpreter import at_once
from tests.misbehaving import gzip_bomb, zipped
from tests.sources.fakes import FakeSource, FakeStream

BODY = b"0123456789"


def fetched(stream: FakeStream, max_bytes: int = 0, scope: Scope | None = None) -> Fetched:
    return fetch(FakeSource(stream), SourceRequest(SourceUrl.parse("http://x/a")), scope or Scope(5), max_bytes)


@pytest.mark.parametrize(
    ("status", "answered"),
    [
        (100, 404), (103, 404), (201, 404), (203, 404), (204, 404), (206, 404), (300, 404), (302, 404), (400, 400),
        (401, 401), (403, 403), (404, 404), (410, 410), (418, 418), (429, 429), (499, 499), (500, 502), (503, 502),
        (599, 502), (999, 502),
    ],
)  # fmt: skip
def test_a_status_that_is_no_image_is_passed_on_as_the_table_says(status: int, answered: int) -> None:
    with pytest.raises(SourceStatusError) as caught:
        fetched(FakeStream(status, {}, (BODY,)))

    assert caught.value.status == answered
    assert caught.value.at_start


@pytest.mark.parametrize(
    ("content_range", "length"),
    [("bytes 0-9/10", "10"), ("bytes 0-9/10", ""), ("bytes 0-9/*", "10")],
)
def test_a_partial_answer_that_is_the_whole_file_is_one(content_range: str, length: str) -> None:
    stream = FakeStream(206, {"content-range": content_range, "content-length": length}, (BODY,))

    assert fetched(stream).body == BODY


@pytest.mark.parametrize(
    "content_range",
    [
        "bytes 0-8/10", "bytes 1-9/10", "bytes 0-0/0", "invalid", "", "bytes */10", "bytes 0-8/*", "bytes 1-9/*",
        "bytes 0-9/10 ", "BYTES 0-9/10", "bytes 0-9", "bytes 0--1/0", "bytes 0-9/10,bytes 0-9/10",
        "bytes 0-\u0669/\u0661\u0660", "bytes 0-" + "9" * 5000 + "/*",
    ],
)  # fmt: skip
def test_any_other_partial_answer_is_none(content_range: str) -> None:
    with pytest.raises(SourceStatusError) as caught:
        fetched(FakeStream(206, {"content-range": content_range, "content-length": "10"}, (BODY,)))

    assert caught.value.status == 404


def test_a_partial_answer_of_unknown_length_cannot_be_known_to_be_whole() -> None:
    with pytest.raises(SourceStatusError):
        fetched(FakeStream(206, {"content-range": "bytes 0-9/*"}, (BODY,)))


def test_not_modified_is_passed_on_without_a_body() -> None:
    assert fetched(FakeStream(304, {"etag": '"a"'})) == Fetched(304, {"etag": '"a"'}, b"")


def test_the_log_sees_the_beginning_of_an_error_page() -> None:
    page = FakeStream(500, {"content-type": "text/html"}, (b"<h1>out of disk</h1>" + b"x" * 5000,))

    with pytest.raises(SourceStatusError, match="out of disk") as caught:
        fetched(page)

    assert len(str(caught.value)) < 1200


def test_an_error_page_that_breaks_off_is_still_its_status() -> None:
    page = FakeStream(403, {"content-type": "text/html"}, (SourceIncompleteError("cut"),))

    with pytest.raises(SourceStatusError) as caught:
        fetched(page)

    assert caught.value.status == 403


def test_a_length_over_the_limit_is_refused_before_the_body() -> None:
    stream = FakeStream(200, {"content-length": "11"}, (b"x" * 11,))

    with pytest.raises(SourceTooLargeError) as caught:
        fetched(stream, max_bytes=10)

    assert (stream.taken, caught.value.at_start) == (0, True)


def test_ten_gigabytes_are_refused_before_the_body_without_any_limit_set() -> None:
    stream = FakeStream(200, {"content-length": str(10 * 2**30)}, (BODY,))

    with pytest.raises(SourceTooLargeError, match=str(ABSOLUTE_MAX_BYTES)):
        fetched(stream)

    assert stream.taken == 0


def test_a_body_of_unknown_length_may_have_exactly_the_limit() -> None:
    assert fetched(FakeStream(200, {}, (BODY[:5], BODY[5:])), max_bytes=10).body == BODY


def test_a_body_of_unknown_length_is_stopped_at_the_limit() -> None:
    stream = FakeStream(200, {}, (BODY, b"x", b"never"))

    with pytest.raises(SourceTooLargeError):
        fetched(stream, max_bytes=10)

    assert stream.taken == 2


def test_a_body_shorter_than_its_length_is_incomplete() -> None:
    with pytest.raises(SourceIncompleteError):
        fetched(FakeStream(200, {"content-length": "11"}, (BODY,)))


def test_a_source_of_known_length_is_held_once() -> None:
    chunk, count = bytes(64 << 10), 64
    stream = FakeStream(200, {"content-length": str(len(chunk) * count)}, (chunk,) * count)

    tracemalloc.start()
    fetched(stream)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert most < len(chunk) * (count + 1)


def test_bytes_beyond_the_length_are_ignored() -> None:
    assert fetched(FakeStream(200, {"content-length": "4"}, (BODY,))).body == b"0123"


@pytest.mark.parametrize("length", ["", "-1", "ten", "1_0", "+10", "\u0661", "9" * 5000])
def test_a_length_that_says_nothing_is_ignored(length: str) -> None:
    assert fetched(FakeStream(200, {"content-length": length}, (BODY,))).body == BODY


@pytest.mark.parametrize(("came", "is_at_start"), [(0, True), (START_BYTES - 1, True), (START_BYTES, False)])
def test_a_body_has_only_begun_while_its_format_is_looked_for(came: int, is_at_start: bool) -> None:
    with pytest.raises(SourceError) as caught:
        fetched(FakeStream(200, {}, (b"x" * came, SourceIncompleteError("cut"))))

    assert caught.value.at_start is is_at_start


def test_a_short_body_may_be_replaced_while_its_format_is_looked_for() -> None:
    with pytest.raises(SourceIncompleteError) as caught:
        fetched(FakeStream(200, {"content-length": "11"}, (BODY,)))

    assert caught.value.at_start


def test_a_client_that_leaves_between_chunks_ends_the_fetch() -> None:
    stream = FakeStream(200, {}, (b"a", b"b", b"c", b"d"))
    scope = Scope(5, client_gone=lambda: stream.taken >= 2, clock=count(0, 0.01).__next__)

    with pytest.raises(ClientClosedRequestError):
        fetched(stream, scope=scope)

    assert (stream.taken, stream.is_closed) == (2, True)


def test_the_stream_is_closed_when_all_is_well() -> None:
    stream = FakeStream(200, {}, (BODY,))

    fetched(stream)

    assert stream.is_closed


def test_gzip_is_decoded_and_its_headers_go_with_it() -> None:
    body = zipped(BODY)
    stream = FakeStream(200, {"content-encoding": "gzip", "content-length": str(len(body)), "etag": "x"}, (body,))

    assert fetched(stream) == Fetched(200, {"etag": "x"}, BODY)


def test_other_encodings_are_passed_on_as_they_are() -> None:
    stream = FakeStream(200, {"content-encoding": "br"}, (BODY,))

    assert fetched(stream) == Fetched(200, {"content-encoding": "br"}, BODY)


def test_the_limit_is_on_what_comes_out_of_gzip() -> None:
    assert fetched(FakeStream(200, {"content-encoding": "gzip"}, (zipped(BODY),)), max_bytes=10).body == BODY


def test_a_gzip_bomb_is_stopped_at_the_limit() -> None:
    bomb = gzip_bomb(64)
    stream = FakeStream(200, {"content-encoding": "gzip", "content-length": str(len(bomb))}, (bomb,))

    with pytest.raises(SourceTooLargeError):
        fetched(stream, max_bytes=1_000_000)


@pytest.mark.parametrize("body", [zipped(BODY)[:-1], zipped(BODY)[:5], b"", b"no gzip", zipped(BODY)[:-5] + b"xxxxx"])
def test_broken_gzip_is_an_incomplete_answer(body: bytes) -> None:
    with pytest.raises(SourceIncompleteError):
        fetched(FakeStream(200, {"content-encoding": "gzip"}, (body,) if body else ()))


# Passed on unread


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (200, {"content-length": "11"}),
        (206, {"content-length": "1", "content-range": "bytes 0-0/11"}),
        (404, {"content-length": "11"}),
    ],
)
def test_what_says_that_it_is_too_large_is_not_begun(status: int, headers: dict[str, str]) -> None:
    stream = FakeStream(status, headers, (BODY,))

    with pytest.raises(SourceTooLargeError):
        Bounded(stream, 10)

    assert (stream.taken, stream.is_closed) == (0, True)


def test_what_turns_out_to_be_too_large_breaks_off() -> None:
    stream = FakeStream(pieces=(BODY, b"x", b"y"))

    with pytest.raises(SourceTooLargeError), Bounded(stream, 10) as bounded:
        list(bounded.chunks())

    assert (stream.taken, stream.is_closed) == (2, True)


@pytest.mark.parametrize(("status", "size", "limit"), [(200, "10", 10), (200, "999", 0), (304, "999", 10)])
def test_what_is_within_the_limit_passes(status: int, size: str, limit: int) -> None:
    bounded = Bounded(FakeStream(status, {"content-length": size}, (BODY,)), limit)

    assert b"".join(bounded.chunks()) == BODY


class Held(NoJournal):
    """Counts the bytes that all fetches hold together, and the most there ever were."""

    def __init__(self) -> None:
        self.lock, self.now, self.most = threading.Lock(), 0, 0

    def received(self, count: int) -> None:
        with self.lock:
            self.now += count
            self.most = max(self.most, self.now)


@dataclass
class Counted(NoJournal):
    """One fetch of them: its journal, and its credit."""

    held: Held
    claim: Claim
    came: int = 0

    def received(self, count: int) -> None:
        self.came += count
        self.held.received(count)

    def reserve(self, scope: Scope, size: int, *, is_all: bool = False) -> int:
        return self.claim.reserve(scope, size, is_all=is_all)

    def release(self) -> None:
        self.held.received(-self.came)
        self.came = 0
        self.claim.release()


BUDGET_BYTES = 32 * MEBIBYTE
LARGE = bytes(5 * MEBIBYTE)
PIECES = tuple(LARGE[at : at + 256 * 1024] for at in range(0, len(LARGE), 256 * 1024))


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param([({"content-length": str(len(LARGE))}, PIECES)], id="lengths that are true"),
        pytest.param([({}, PIECES)], id="no lengths"),
        pytest.param([({"content-length": str(90 * len(LARGE))}, PIECES)], id="more announced than comes"),
        pytest.param([({"content-length": str(len(LARGE) // 5)}, PIECES)], id="less announced than comes"),
        pytest.param([({"content-encoding": "gzip"}, (zipped(LARGE),))], id="gzip that grows"),
        pytest.param([({"content-encoding": "gzip"}, (zipped(LARGE),)), ({}, PIECES),
                      ({"content-length": str(len(LARGE))}, PIECES), ({}, PIECES[:1])], id="all kinds"),
    ],
)  # fmt: skip
def test_many_fetches_at_once_hold_no_more_than_their_budget(
    answers: list[tuple[dict[str, str], tuple[bytes, ...]]],
) -> None:
    budget, held = ByteBudget(BUDGET_BYTES, claims=8), Held()

    def fetches(number: int) -> None:
        headers, pieces = answers[number % len(answers)]
        for _ in range(3):
            counted = Counted(held, budget.claim(str(number)))
            scope = Scope(60, journal=counted)
            scope.credit = counted
            with suppress(SourceIncompleteError):
                fetched(FakeStream(200, headers, pieces), scope=scope)
            counted.release()

    for each in at_once(fetches, 8):
        each.result()

    assert held.most <= BUDGET_BYTES + MEBIBYTE
    assert budget.held == 0


@pytest.mark.parametrize("error", [SourceIncompleteError("cut"), KeyboardInterrupt()])
def test_a_fetch_that_fails_gives_back_all_that_it_had(error: BaseException) -> None:
    budget, scope = ByteBudget(BUDGET_BYTES), Scope(5)
    scope.credit = budget.claim()

    with pytest.raises(type(error)):
        fetched(FakeStream(200, {}, (*PIECES, error)), scope=scope)

    assert budget.held == 0


def test_a_fetch_that_succeeds_holds_what_it_has_until_it_is_given_back() -> None:
    budget, scope = ByteBudget(BUDGET_BYTES), Scope(5)
    scope.credit = budget.claim()

    fetched(FakeStream(200, {}, PIECES), scope=scope)

    assert budget.held == len(LARGE) - MEBIBYTE


def hurried() -> Scope:
    scope = Scope(5)
    scope.patient_until = time.monotonic() + 5
    return scope


@pytest.mark.parametrize("length", [{}, {"content-length": str(AT_ONCE_BYTES + 1)}])
def test_who_cannot_wait_leaves_a_body_that_may_be_long_before_its_first_byte(length: dict[str, str]) -> None:
    stream, scope = FakeStream(200, length, (BODY,)), hurried()
    source = FakeSource(stream)
    asked = SourceRequest(SourceUrl.parse("http://x/a"))
    with pytest.raises(NotAtOnceError):
        fetch(source, asked, scope, 0)
    before = stream.taken, stream.is_closed
    scope.patient_until = math.inf
    with suppress(SourceIncompleteError):
        fetch(source, asked, scope, 0)

    assert (before, stream.taken, len(source.requests)) == ((0, False), 1, 1)


def test_and_one_for_which_there_is_no_room() -> None:
    budget, scope = ByteBudget(8 * MEBIBYTE), hurried()
    size = budget.free + 3 * MEBIBYTE
    for each in range(2):
        budget.claim(f"http://{each}").reserve(Scope(5), size, is_all=True)
    scope.credit = budget.claim("http://x")
    stream = FakeStream(200, {"content-length": str(size)}, (b"x" * size,))
    scope.patient_until = time.monotonic() + 0.05

    with pytest.raises(NotAtOnceError):
        fetched(stream, scope=scope)

    assert not stream.is_closed


def test_one_that_may_come_at_once_has_a_moment_longer_for_it() -> None:
    scope = hurried()
    until = scope.patient_until

    fetched(FakeStream(200, {"content-length": "10"}, (BODY,)), scope=scope)

    assert scope.patient_until == until + AT_ONCE_SECONDS


@pytest.mark.parametrize(("budget", "is_made"), [(4, False), (64, True)])
def test_room_for_all_of_a_source_is_made_where_all_of_it_may_be_held(budget: int, is_made: bool) -> None:
    scope = Scope(5)
    scope.credit = ByteBudget(budget * MEBIBYTE).claim()
    length = {"content-length": str(16 * MEBIBYTE)}
    tracemalloc.start()

    with suppress(SourceIncompleteError):
        fetched(FakeStream(200, length, (BODY,)), scope=scope)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (peak > 16 * MEBIBYTE) is is_made
