"""What every source promises; a source's own tests inherit it and say in `served` what is there to fetch."""

from dataclasses import dataclass

import pytest

from imgsvc.errors import ClientClosedRequestError, RequestTimeoutError, SourceError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.body import fetch
from imgsvc.sources.source import Source, SourceRequest

BODY = bytes(range(256)) * 300


@dataclass(frozen=True, slots=True)
class Served:
    """A source that has BODY at `url`, with an ETag, and nothing at `missing_url`."""

    source: Source
    url: str
    missing_url: str


class SourceContract:
    """The rules of sources/source.py."""

    def test_a_fetch_gives_the_bytes_that_are_there(self, served: Served) -> None:
        fetched = fetch(served.source, SourceRequest(SourceUrl.parse(served.url)), Scope(5), 0)

        assert (fetched.status, fetched.body) == (200, BODY)

    def test_the_length_is_known_before_the_body_is_read(self, served: Served) -> None:
        with served.source.open(SourceRequest(SourceUrl.parse(served.url)), Scope(5)) as stream:
            assert stream.headers["content-length"] == str(len(BODY))

    def test_header_names_are_lower_case(self, served: Served) -> None:
        with served.source.open(SourceRequest(SourceUrl.parse(served.url)), Scope(5)) as stream:
            assert all(name == name.lower() for name in stream.headers)

    def test_a_stream_may_be_closed_twice(self, served: Served) -> None:
        stream = served.source.open(SourceRequest(SourceUrl.parse(served.url)), Scope(5))

        stream.close()
        stream.close()

    def test_its_own_etag_is_answered_with_not_modified(self, served: Served) -> None:
        etag = fetch(served.source, SourceRequest(SourceUrl.parse(served.url)), Scope(5), 0).headers["etag"]

        again = fetch(served.source, SourceRequest(SourceUrl.parse(served.url), {"if-none-match": etag}), Scope(5), 0)

        assert again.is_not_modified
        assert again.body == b""

    def test_what_is_missing_is_a_source_error_with_404(self, served: Served) -> None:
        with pytest.raises(SourceError) as caught:
            fetch(served.source, SourceRequest(SourceUrl.parse(served.missing_url)), Scope(5), 0)

        assert caught.value.status == 404
        assert caught.value.at_start

    def test_a_client_that_has_left_gets_nothing_fetched(self, served: Served) -> None:
        with pytest.raises(ClientClosedRequestError):
            served.source.open(SourceRequest(SourceUrl.parse(served.url)), Scope(5, client_gone=lambda: True))

    def test_a_request_past_its_deadline_gets_nothing_fetched(self, served: Served) -> None:
        with pytest.raises(RequestTimeoutError):
            served.source.open(SourceRequest(SourceUrl.parse(served.url)), Scope(-1))

    def test_a_limit_of_exactly_the_size_is_enough(self, served: Served) -> None:
        assert fetch(served.source, SourceRequest(SourceUrl.parse(served.url)), Scope(5), len(BODY)).body == BODY

    def test_a_limit_of_one_byte_less_is_not(self, served: Served) -> None:
        with pytest.raises(SourceError) as caught:
            fetch(served.source, SourceRequest(SourceUrl.parse(served.url)), Scope(5), len(BODY) - 1)

        assert caught.value.status == 422
