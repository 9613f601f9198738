"""Twin of imgsvc/sources/stores/source.py: what holds of every store."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imgsvc.errors import (
    SourceError,
    SourceIncompleteError,
    SourceStatusError,
    SourceTimeoutError,
    SourceTooLargeError,
    SourceUnreachableError,
)
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.network.body import fetch
from imgsvc.sources.source import Fetched, SourceRequest
from imgsvc.sources.stores.containers import Containers
from imgsvc.sources.stores.source import StoreSource
from tests import misbehaving as answers
from tests.misbehaving import Answer, Exchange, Origin, in_turn, response, says, serves
from tests.sources.contract import BODY, Behind, RemoteContract, Served
from tests.sources.stores.fakes import FakeStore, store_source

DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


def of(origin: Origin, *, learns_from: int = 0, timeout: float = 30) -> StoreSource:
    return store_source(FakeStore(SourceUrl.parse(origin.url("/")), learns_from), timeout)


def fetched(source: StoreSource, url: str = "s3://b/a", max_bytes: int = 0, **headers: str) -> Fetched:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return fetch(source, SourceRequest(SourceUrl.parse(url), named), Scope(30), max_bytes)


def headers_of(head: str) -> set[str]:
    return {line.partition(":")[0].lower() for line in head.split("\r\n")[1:] if line}


class TestContract(RemoteContract):
    @pytest.fixture
    def served(self) -> Iterator[Served]:
        with Origin({"/a": serves(BODY)}) as origin:
            source = of(origin)
            yield Served(source, "s3://b/a", "s3://b/missing")
            source.close()

    @pytest.fixture
    def behind(self) -> Behind:
        @contextmanager
        def behind(answer: Answer) -> Iterator[Served]:
            with Origin({"/a": answer}) as origin:
                source = of(origin, timeout=1)
                yield Served(source, "s3://b/a", "s3://b/missing")
                source.close()

        return behind


class TestWhatIsAsked:
    @pytest.mark.parametrize("url", ["s3://", "s3:///a", "s3://b", "s3://b/", "s3://b//", "s3:a", "s3://b/?1"])
    def test_what_names_no_bucket_or_no_key_is_not_asked_for(self, url: str) -> None:
        store = FakeStore(SourceUrl.parse("http://127.0.0.1:1/"))

        with pytest.raises(SourceUnreachableError, match="names no"):
            fetched(store_source(store), url)

        assert store.asked == []

    @pytest.mark.parametrize("bucket", ["x@169.254.169.254:80", "X", "a.b%2f", "[::1]"])
    def test_what_is_no_container_by_the_stores_grammar_is_not_asked_for(self, bucket: str) -> None:
        store = FakeStore(SourceUrl.parse("http://127.0.0.1:1/"))

        with pytest.raises(SourceUnreachableError, match="is no container"):
            fetched(store_source(store), f"s3://{bucket}/a")

        assert store.asked == []

    def test_a_bucket_that_is_denied_is_not_asked_for(self) -> None:
        store = FakeStore(SourceUrl.parse("http://127.0.0.1:1/"))

        with pytest.raises(SourceUnreachableError, match="S3_DENIED_BUCKETS"):
            fetched(store_source(store, containers=Containers(denied=("b",), setting="S3")))

        assert store.asked == []

    def test_no_cookie_and_no_trace_of_a_client_goes_to_a_store(self) -> None:
        with Origin({"/a": says(BODY)}) as origin:
            fetched(of(origin), cookie="a=b", traceparent="00-1", authorization="Basic x", if_none_match='"b"')

            assert headers_of(origin.heads[0]) == {"host", "user-agent", "if-none-match", "authorization"}
            assert "secret-signature" in origin.heads[0]

    @pytest.mark.parametrize("key", ["a/../b", "x//y", "a%2Fb", ".", "a/./b", "%41", "a;b"])
    def test_a_key_is_sent_as_it_was_signed(self, key: str) -> None:
        with Origin({"*": says(BODY)}) as origin:
            fetched(of(origin), f"s3://b/{key}")

            assert origin.targets == [f"/{key}"]


class TestAnswers:
    @pytest.mark.parametrize(
        "asked", [{"if_none_match": "tag"}, {"if_none_match": '"x", W/"tag"'}, {"if_modified_since": DATE}]
    )
    def test_a_store_that_compares_nothing_is_compared_for(self, asked: dict[str, str]) -> None:
        with Origin({"/a": says(BODY, ETag='"tag"', **{"Last-Modified": DATE})}) as origin:
            found = fetched(of(origin), **asked)

        assert found.is_not_modified
        assert found.headers == {"etag": '"tag"', "last-modified": DATE}

    def test_a_part_of_another_version_is_not_given(self) -> None:
        def in_parts(exchange: Exchange) -> None:
            part = response(b"bc", 206, ETag='"new"', **{"Content-Range": "bytes 1-2/3"})
            exchange.send(part if "range" in exchange.headers else response(b"abc", ETag='"new"'))

        with Origin({"/a": in_parts}) as origin:
            found = fetched(of(origin), range="bytes=1-2", if_range='"old"')

        assert (found.status, found.body) == (200, b"abc")

    def test_a_redirect_is_not_followed(self) -> None:
        with Origin({"/a": answers.redirects("/b"), "/b": says(BODY)}) as origin:
            with pytest.raises(SourceStatusError) as caught:
                fetched(of(origin))

            assert (caught.value.status, origin.targets) == (404, ["/a"])

    def test_what_a_store_learns_from_a_refusal_is_tried_once(self) -> None:
        with Origin({"/a": in_turn(says(status=401), says(BODY))}) as origin:
            assert fetched(of(origin, learns_from=401)).body == BODY

    def test_a_second_refusal_is_the_answer(self) -> None:
        with Origin({"/a": says(status=401)}) as origin:
            with pytest.raises(SourceStatusError):
                fetched(of(origin, learns_from=401))

            assert len(origin.heads) == 2

    def test_of_a_refusal_its_code_alone_is_told(self) -> None:
        body = b"<Error><Code>SignatureDoesNotMatch</Code><StringToSign>secret-token</StringToSign></Error>"
        with Origin({"/a": says(body, 403, **{"Content-Type": "text/xml", "X-Amz-Id": "1"})}) as origin:
            stream = of(origin).open(SourceRequest(SourceUrl.parse("s3://b/a")), Scope(5))

        assert (stream.status, b"".join(stream.chunks())) == (403, b"SignatureDoesNotMatch")
        assert stream.headers == {"content-type": "text/plain", "content-length": "21"}

    def test_the_code_of_a_refusal_is_in_the_error(self) -> None:
        said = r"^s3://b/a answered 404: b'NoSuchBucket'$"

        with Origin({"/a": says(b"<Code>NoSuchBucket</Code>", 404)}) as origin, pytest.raises(SourceError, match=said):
            fetched(of(origin))


class TestTime:
    @pytest.mark.parametrize("answer", [answers.never_answers, answers.stalls_at(0.5, BODY), answers.drips(BODY, 0.05)])
    def test_a_store_that_stalls_anywhere_is_cut_off_at_its_time(self, answer: Answer) -> None:
        with Origin({"/a": answer}) as origin, pytest.raises(SourceTimeoutError):
            fetched(of(origin, timeout=0.3))

    def test_what_is_asked_twice_has_its_time_once(self) -> None:
        def refuses_late(exchange: Exchange) -> None:
            exchange.wait(0.4)
            exchange.send(response(status=401))

        with Origin({"/a": refuses_late}) as origin:
            began = time.monotonic()
            with pytest.raises(SourceTimeoutError):
                fetched(of(origin, learns_from=401, timeout=0.6))

        assert time.monotonic() - began > 0.5


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (answers.closes_at_once, SourceUnreachableError),
        (answers.cuts_at(0.5, BODY), SourceIncompleteError),
        (answers.cuts_at(0.5, BODY, with_reset=True), SourceIncompleteError),
    ],
)
def test_what_breaks_off_is_an_error_that_names_the_source(answer: Answer, kind: type[SourceError]) -> None:
    with Origin({"/a": answer}) as origin, pytest.raises(kind, match="s3://b/a"):
        fetched(of(origin))


def test_more_than_is_allowed_is_not_read() -> None:
    with Origin({"/a": answers.endless}) as origin, pytest.raises(SourceTooLargeError):
        fetched(of(origin), max_bytes=1000)
