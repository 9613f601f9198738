"""What every source promises; a source's own tests inherit it and say in `served` what is there to fetch.

SourceContract is for all of them, RemoteContract for those that ask something over the network: their tests say in
`behind` how to reach one that answers as it is told to.
"""

import socket
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass

import pytest

from imgsvc.errors import (
    ClientClosedRequestError,
    RequestTimeoutError,
    SourceError,
    SourceIncompleteError,
    SourceTimeoutError,
    SourceTooLargeError,
)
from imgsvc.parts import Parts
from imgsvc.runtime.clients.disconnect import watcher
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.byte_budget import ByteBudget
from imgsvc.sources.network.body import fetch
from imgsvc.sources.network.parts import PART_BYTES, fetch_parts
from imgsvc.sources.source import Fetched, Source, SourceRequest
from tests import misbehaving as answers
from tests.interpreter import at_once
from tests.misbehaving import Answer, Exchange

BODY = bytes(range(256)) * 300


@dataclass(frozen=True, slots=True)
class Served:
    """A source that has BODY at `url`, with its validators, and nothing at `missing_url`."""

    source: Source
    url: str
    missing_url: str

    def request(self, **headers: str) -> SourceRequest:
        """For what is there; a header's name is written with _ for -."""
        return SourceRequest(SourceUrl.parse(self.url), {name.replace("_", "-"): headers[name] for name in headers})

    def fetched(self, max_bytes: int = 0, scope: Scope | None = None, **headers: str) -> Fetched:
        """What is there."""
        return fetch(self.source, self.request(**headers), scope or Scope(30), max_bytes)


# What is asked of it is answered in this way, within a DOWNLOAD_TIMEOUT of a second.
Behind = Callable[[Answer], AbstractContextManager[Served]]


class SourceContract:
    """The rules of sources/source.py."""

    def test_a_fetch_gives_the_bytes_that_are_there(self, served: Served) -> None:
        fetched = served.fetched()

        assert (fetched.status, fetched.body) == (200, BODY)

    def test_of_its_parts_those_alone_are_fetched_that_are_asked_for(self, served: Served) -> None:
        first = fetch_parts(served.source, served.request(), Scope(30), 0, lambda parts: parts.read(0, 9)).parts
        both = fetch_parts(served.source, served.request(), Scope(30), 0, lambda parts: parts.read(70_000, 9)).parts

        assert first == Parts({0: BODY[:PART_BYTES]}, len(BODY))
        assert both is not None
        assert both.read(70_000, 9) == BODY[70_000:70_009]

    def test_the_length_is_known_before_the_body_is_read(self, served: Served) -> None:
        with served.source.open(served.request(), Scope(5)) as stream:
            assert stream.headers["content-length"] == str(len(BODY))

    def test_header_names_are_lower_case(self, served: Served) -> None:
        with served.source.open(served.request(), Scope(5)) as stream:
            assert all(name == name.lower() for name in stream.headers)

    def test_a_stream_may_be_closed_twice(self, served: Served) -> None:
        stream = served.source.open(served.request(), Scope(5))

        stream.close()
        stream.close()

    @pytest.mark.parametrize(
        ("validator", "condition"), [("etag", "if_none_match"), ("last-modified", "if_modified_since")]
    )
    def test_its_own_validator_is_answered_with_not_modified(
        self, served: Served, validator: str, condition: str
    ) -> None:
        again = served.fetched(**{condition: served.fetched().headers[validator]})

        assert again.is_not_modified
        assert again.body == b""

    @pytest.mark.parametrize(
        ("condition", "other"), [("if_none_match", '"other"'), ("if_modified_since", "Thu, 01 Jan 2004 00:00:00 GMT")]
    )
    def test_another_validator_is_answered_with_the_whole(self, served: Served, condition: str, other: str) -> None:
        fetched = served.fetched(**{condition: other})

        assert (fetched.status, fetched.body) == (200, BODY)

    @pytest.mark.parametrize(("asked", "span"), [("bytes=10-19", (10, 19)), ("bytes=70000-", (70000, len(BODY) - 1))])
    def test_a_range_is_answered_with_that_part(self, served: Served, asked: str, span: tuple[int, int]) -> None:
        first, last = span
        with served.source.open(served.request(range=asked), Scope(5)) as stream:
            body = b"".join(stream.chunks())

        assert (stream.status, body) == (206, BODY[first : last + 1])
        assert stream.headers["content-range"] == f"bytes {first}-{last}/{len(BODY)}"

    def test_a_range_behind_the_end_cannot_be_had(self, served: Served) -> None:
        with served.source.open(served.request(range=f"bytes={len(BODY)}-"), Scope(5)) as stream:
            assert stream.status == 416

    def test_what_is_missing_is_a_source_error_with_404(self, served: Served) -> None:
        with pytest.raises(SourceError) as caught:
            fetch(served.source, SourceRequest(SourceUrl.parse(served.missing_url)), Scope(5), 0)

        assert caught.value.status == 404
        assert caught.value.at_start

    def test_a_client_that_has_left_gets_nothing_fetched(self, served: Served) -> None:
        with pytest.raises(ClientClosedRequestError):
            served.source.open(served.request(), Scope(5, client_gone=lambda: True))

    def test_a_request_past_its_deadline_gets_nothing_fetched(self, served: Served) -> None:
        with pytest.raises(RequestTimeoutError):
            served.source.open(served.request(), Scope(-1))

    def test_a_limit_of_exactly_the_size_is_enough(self, served: Served) -> None:
        assert served.fetched(len(BODY)).body == BODY

    def test_a_limit_of_one_byte_less_is_not(self, served: Served) -> None:
        with pytest.raises(SourceTooLargeError) as caught:
            served.fetched(len(BODY) - 1)

        assert caught.value.status == 422

    def test_many_threads_fetch_at_once(self, served: Served) -> None:
        found = at_once(lambda _: served.fetched().body, 16)

        assert {each.result() for each in found} == {BODY}

    def test_a_fetch_that_fails_gives_back_what_it_reserved(self, served: Served) -> None:
        budget, scope = ByteBudget(2 * len(BODY)), Scope(5)
        scope.credit = budget.claim()

        with pytest.raises(SourceTooLargeError):
            served.fetched(len(BODY) - 1, scope)

        assert budget.held == 0


class RemoteContract(SourceContract):
    """And what holds of whatever may stall, break off and lie."""

    @pytest.mark.parametrize(
        ("status", "told"), [(403, 403), (404, 404), (410, 410), (429, 429), (500, 502), (503, 502)]
    )
    def test_a_refusal_is_passed_on_by_its_status(self, behind: Behind, status: int, told: int) -> None:
        with behind(answers.says(b"no", status)) as served, pytest.raises(SourceError) as caught:
            served.fetched()

        assert caught.value.status == told

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(answers.never_answers, id="never answers"),
            pytest.param(answers.drips_head(0.1), id="drips its head"),
            pytest.param(answers.stalls_at(0, BODY), id="stalls before its body"),
            pytest.param(answers.stalls_at(0.5, BODY), id="stalls half-way"),
            pytest.param(answers.stalls_at(0.99, BODY), id="stalls near the end"),
            pytest.param(answers.drips(BODY, 0.1), id="trickles"),
        ],
    )
    def test_what_is_too_slow_is_cut_off_at_the_timeout(self, behind: Behind, answer: Answer) -> None:
        with behind(answer) as served:
            began = time.monotonic()
            with pytest.raises(SourceTimeoutError) as caught:
                served.fetched()

        assert caught.value.status == 504
        assert 0.9 < time.monotonic() - began < 30

    @pytest.mark.parametrize(
        "answer",
        [
            pytest.param(answers.cuts_at(0, BODY), id="closes before its body"),
            pytest.param(answers.cuts_at(0.5, BODY), id="closes half-way"),
            pytest.param(answers.cuts_at(0.5, BODY, with_reset=True), id="resets half-way"),
            pytest.param(answers.cuts_at(1, BODY, Content_Length=str(len(BODY) + 1)), id="says one byte too many"),
        ],
    )
    def test_what_ends_early_is_incomplete(self, behind: Behind, answer: Answer) -> None:
        with behind(answer) as served, pytest.raises(SourceIncompleteError) as caught:
            served.fetched()

        assert caught.value.status == 422

    def test_what_comes_beyond_its_length_is_in_nothing(self, behind: Behind) -> None:
        with behind(answers.says(BODY, Content_Length=str(len(BODY) - 9))) as served:
            bodies = [served.fetched().body for _ in range(2)]

        assert bodies == [BODY[:-9]] * 2

    @pytest.mark.parametrize(
        "answer", [answers.says(b"x", Content_Length=str(10 * 2**30)), answers.endless], ids=["announced", "endless"]
    )
    def test_what_is_too_large_is_cut_off_at_the_limit(self, behind: Behind, answer: Answer) -> None:
        with behind(answer) as served, pytest.raises(SourceTooLargeError):
            served.fetched(1_000_000)

    @pytest.mark.parametrize("answer", [answers.never_answers, answers.stalls_at(0.5, BODY)], ids=["head", "body"])
    def test_a_client_that_leaves_ends_the_fetch_and_its_connection(self, behind: Behind, answer: Answer) -> None:
        is_asked, is_left = threading.Event(), threading.Event()

        def hears(exchange: Exchange) -> None:
            threading.Thread(target=_waits_for_the_end, args=(exchange.sock, is_left)).start()
            is_asked.set()
            answer(exchange)

        server, client = socket.socketpair()
        threading.Thread(target=lambda: (is_asked.wait(30), client.close())).start()
        with server, behind(hears) as served:
            with pytest.raises(ClientClosedRequestError):
                served.fetched(scope=Scope(30, client_gone=watcher(server)))

            assert is_left.wait(4)


def _waits_for_the_end(sock: socket.socket, is_over: threading.Event) -> None:
    with suppress(OSError):
        sock.recv(1)
    is_over.set()
