"""Twin of imgsvc/sources/network/client.py; what http makes of it is test_http.py's."""

import pytest

from imgsvc.errors import SourceIncompleteError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.network.client import Client, HttpStream, translated
from imgsvc.sources.network.pool import PreparedFetch
from imgsvc.sources.settings import SourceSettings
from tests.misbehaving import Origin, cuts_at, says


def sent(client: Client, url: str, name: str = "the store") -> HttpStream:
    budget = Budget(5, Scope(5))
    with spending(budget):
        return HttpStream(client.send(PreparedFetch(SourceUrl.parse(url), {})), budget, name)


def client() -> Client:
    return Client(SourceSettings(), lambda address: None)


def test_a_redirect_is_an_answer_like_any_other() -> None:
    with Origin({"/a": says(status=302, Location="/b")}) as origin:
        stream = sent(client(), origin.url("/a"))

        assert (stream.status, stream.headers["location"], origin.targets) == (302, "/b", ["/a"])


def test_a_body_that_breaks_off_is_said_of_the_name_and_not_of_the_url() -> None:
    with (
        Origin({"/a": cuts_at(0.5, b"x" * 100_000, with_reset=True)}) as origin,
        pytest.raises(SourceIncompleteError) as caught,
    ):
        list(sent(client(), origin.url("/a?sig=secret")).chunks())

    assert str(caught.value).startswith("the store: ")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("error", "kind"), [(TimeoutError(), SourceTimeoutError), (OSError(), SourceUnreachableError)])
def test_what_a_library_raises_becomes_an_error_of_the_catalogue(error: OSError, kind: type[Exception]) -> None:
    assert isinstance(translated(error, SourceUrl.parse("http://a.example/")), kind)


def test_what_a_store_is_told_is_sent_with_its_length() -> None:
    budget = Budget(5, Scope(5))
    with Origin({"/a": says(b"x")}) as origin, spending(budget):
        client().send(PreparedFetch(SourceUrl.parse(origin.url("/a")), {}, "POST", b"a=b"))

        assert origin.heads[0].startswith("POST /a HTTP/1.1\r\n")
        assert "Content-Length: 3" in origin.heads[0]
