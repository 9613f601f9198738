"""Twin of imgsvc/sources/network/parts.py, over real sockets."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from imgsvc.errors import SourceIncompleteError, SourceStatusError, SourceTooLargeError
from imgsvc.parts import Parts
from imgsvc.runtime.scope import NotAtOnceError, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.http import HttpSource
from imgsvc.sources.network.parts import MOST_REQUESTS, PART_BYTES, fetch_parts
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import Fetched, SourceRequest
from tests.misbehaving import Answer, Exchange, Origin, chunked, in_turn, response, says, serves, zipped

BODY = bytes(range(256)) * 8000
Wants = Callable[[Parts], object]


def first_byte(parts: Parts) -> object:
    return parts.read(0, 1)


def last_byte(parts: Parts) -> object:
    assert parts.size is not None
    return parts.read(parts.size - 1, 1)


@contextmanager
def origin(answer: Answer) -> Iterator[Origin]:
    with Origin({"*": answer}) as found:
        yield found


def fetched(found: Origin, wants: Wants, max_bytes: int = 0, scope: Scope | None = None, **headers: str) -> Fetched:
    source = HttpSource(SourceSettings(), lambda address: None, lambda url: True)
    request = SourceRequest(SourceUrl.parse(f"http://127.0.0.1:{found.port}/a"), headers)
    return fetch_parts(source, request, scope or Scope(10), max_bytes, wants)


def asked(found: Origin) -> list[str]:
    return [line.partition(": ")[2] for head in found.heads for line in head.split("\r\n") if "Range: b" in line]


def test_of_a_source_with_ranges_the_beginning_alone_is_fetched() -> None:
    with origin(serves(BODY)) as found:
        parts = fetched(found, first_byte).parts

        assert parts == Parts({0: BODY[:PART_BYTES]}, len(BODY))
        assert asked(found) == [f"bytes=0-{PART_BYTES - 1}"]


def test_then_the_part_that_is_missing_and_nothing_between() -> None:
    with origin(serves(BODY)) as found:
        parts = fetched(found, last_byte).parts

        assert parts is not None
        assert parts.read(len(BODY) - 1, 1) == BODY[-1:]
        assert asked(found)[1:] == [f"bytes={len(BODY) - 1}-{len(BODY) - 1}"]
        assert parts.there <= 2 * PART_BYTES


def test_who_asks_for_ever_more_gets_the_whole() -> None:
    def greedy(parts: Parts) -> object:
        return [parts.read(at, 1) for at in range(0, len(BODY), 2 * PART_BYTES)]

    with origin(serves(BODY)) as found:
        whole = fetched(found, greedy)

        assert (whole.body, whole.parts) == (BODY, None)
        assert len(asked(found)) == MOST_REQUESTS


@pytest.mark.parametrize("wants", [first_byte, last_byte])
def test_what_has_no_ranges_is_read_from_its_beginning_as_far_as_needed(wants: Wants) -> None:
    with origin(says(BODY)) as found:
        parts = fetched(found, wants).parts

        assert parts is not None
        assert (parts.size, wants(parts)) == (len(BODY), wants(Parts.whole(BODY)))
        assert len(found.heads) == 1


def test_a_body_without_a_length_is_read_until_there_is_enough() -> None:
    with origin(chunked(*(BODY[at : at + 10_000] for at in range(0, len(BODY), 10_000)))) as found:
        parts = fetched(found, first_byte).parts

        assert parts is not None
        assert parts.size is None
        assert parts.there < len(BODY)


def test_a_short_body_without_a_length_is_whole() -> None:
    with origin(chunked(b"abc")) as found:
        assert fetched(found, first_byte).parts == Parts.whole(b"abc")


def test_a_packed_body_is_unpacked_and_its_length_is_not_the_picture_s() -> None:
    with origin(says(zipped(BODY), **{"Content-Encoding": "gzip"})) as found:
        parts = fetched(found, first_byte).parts

        assert parts is not None
        assert (parts.size, parts.read(0, 256)) == (None, BODY[:256])


def test_a_part_of_a_packed_body_is_no_part_of_the_picture() -> None:
    packed = zipped(BODY)
    part = response(packed[:9], 206, **{"Content-Range": f"bytes 0-8/{len(packed)}", "Content-Encoding": "gzip"})

    with origin(in_turn(lambda each: each.send(part), says(packed, **{"Content-Encoding": "gzip"}))) as found:
        assert fetched(found, first_byte).body == BODY


def test_a_source_that_changes_between_its_parts_is_fetched_anew() -> None:
    with origin(in_turn(serves(BODY, '"old"'), serves(BODY[::-1], '"new"'))) as found:
        assert fetched(found, last_byte).body == BODY[::-1]


def test_a_source_that_says_itself_that_it_has_changed_is_read_from_its_beginning() -> None:
    with origin(in_turn(serves(BODY), says(BODY[::-1]))) as found:
        changed = fetched(found, last_byte)

        assert changed.parts == Parts.whole(BODY[::-1])
        assert 'If-Range: "tag"' in found.heads[1]


@pytest.mark.parametrize(
    "content_range", ["bytes 5-9/100", "bytes 0-9", "bytes 9-0/100", "bytes 0-100/100", "none", "items 0-9/100"]
)
def test_a_part_that_was_not_asked_for_is_none(content_range: str) -> None:
    odd = response(b"0123456789", 206, **{"Content-Range": content_range})

    with origin(in_turn(lambda each: each.send(odd), says(BODY))) as found:
        assert fetched(found, first_byte).body == BODY


def test_an_origin_that_gives_more_than_the_part_is_not_read_further() -> None:
    more = response(BODY, 206, **{"Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}"})

    with origin(lambda each: each.send(more)) as found:
        parts = fetched(found, first_byte).parts

        assert parts == Parts({0: BODY[:PART_BYTES]}, len(BODY))


def test_a_part_that_breaks_off_is_an_error() -> None:
    def cut(exchange: Exchange) -> None:
        exchange.send(response(b"x" * 100, 206, **{"Content-Range": "bytes 0-99/1000"})[:-50])
        exchange.hang_up()

    with origin(cut) as found, pytest.raises(SourceIncompleteError):
        fetched(found, first_byte)


@pytest.mark.parametrize("answer", [serves(BODY), says(BODY)])
def test_a_source_that_is_too_large_is_so_as_a_whole(answer: Answer) -> None:
    with origin(answer) as found, pytest.raises(SourceTooLargeError):
        fetched(found, first_byte, len(BODY) - 1)


def test_a_stream_without_a_length_ends_at_the_limit() -> None:
    with origin(chunked(*[bytes(100_000)] * 20)) as found, pytest.raises(SourceTooLargeError):
        fetched(found, lambda parts: parts.read(1_900_000, 1), 500_000)


def test_a_refusal_is_that_of_the_source() -> None:
    with origin(says(b"no", 403)) as found, pytest.raises(SourceStatusError) as caught:
        fetched(found, first_byte)

    assert caught.value.status == 403


def test_a_client_s_copy_may_be_good() -> None:
    with origin(serves(BODY)) as found:
        assert fetched(found, first_byte, **{"if-none-match": '"tag"'}).is_not_modified


def test_whoever_cannot_wait_leaves_it_to_who_can() -> None:
    scope = Scope(10)
    scope.patient_until = 0.0

    with origin(serves(BODY)) as found, pytest.raises(NotAtOnceError):
        fetched(found, first_byte, scope=scope)


def test_whatever_else_a_reader_raises_is_the_answer_s_affair() -> None:
    def damaged(_: Parts) -> object:
        raise ValueError("no picture")

    with origin(serves(BODY)) as found:
        assert fetched(found, damaged).parts == Parts({0: BODY[:PART_BYTES]}, len(BODY))
