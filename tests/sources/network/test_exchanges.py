"""Twin of imgsvc/sources/network/exchanges.py, as a client does it."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from imgsvc.errors import SourceIncompleteError, SourceTimeoutError, SourceTooLargeError
from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.network.client import Client
from imgsvc.sources.network.exchanges import Exchanged, is_plain
from imgsvc.sources.network.pool import PreparedFetch
from imgsvc.sources.settings import SourceSettings
from tests import misbehaving as answers
from tests.misbehaving import Answer, Origin

FIRST = answers.says(b"first")


class Store:
    """A client with a connection to an origin that answers as it is told."""

    def __init__(self, origin: Origin, now: dict[str, Answer]) -> None:
        self.origin, self.now = origin, now
        self.client = Client(SourceSettings(), lambda address: None)
        with spending(Budget(5, Scope(5))):
            assert self.client.send(self.prepared()).content == b"first"

    def prepared(self, method: str = "GET", **headers: str) -> PreparedFetch:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return PreparedFetch(SourceUrl.parse(self.origin.url("/a")), named, method)

    def exchange(self, answer: Answer, most_bytes: int = 1000, seconds: float = 5) -> Exchanged | None:
        self.now["*"] = answer
        with spending(Budget(seconds, Scope(10))):
            return self.client.exchange(self.prepared(X_Name="value"), most_bytes)


@contextmanager
def connected() -> Iterator[Store]:
    now = {"*": FIRST}
    with Origin(now) as origin:
        yield Store(origin, now)


@pytest.fixture
def store() -> Iterator[Store]:
    with connected() as made:
        yield made


def test_an_answer_is_read_whole_over_the_connection_that_is_there(store: Store) -> None:
    found = [store.exchange(answers.says(b"x" * 999, ETag='"one"')) for _ in range(3)]

    assert {(each.status, each.headers["etag"], each.body) for each in found if each} == {(200, '"one"', b"x" * 999)}
    assert store.origin.connections == 1
    assert "\r\nX-Name: value\r\n" in f"{store.origin.heads[-1]}\r\n"


@pytest.mark.parametrize("status", [204, 304, 404, 503])
def test_any_status_is_an_answer(store: Store, status: int) -> None:
    found = store.exchange(answers.says(b"", status))

    assert found
    assert (found.status, found.body) == (status, b"")


def test_so_is_one_in_chunks(store: Store) -> None:
    found = store.exchange(answers.chunked(b"ab", b"cd"))

    assert found
    assert found.body == b"abcd"


@pytest.mark.parametrize(
    "answer", [answers.says(b"x" * 1001), answers.chunked(b"x" * 600, b"x" * 600), answers.endless]
)
def test_one_that_is_too_large_is_not_read_to_its_end(store: Store, answer: Answer) -> None:
    with pytest.raises(SourceTooLargeError):
        store.exchange(answer)

    assert store.exchange(FIRST) is None


@pytest.mark.parametrize("answer", [answers.never_answers, answers.stalls_at(0.5, b"x" * 900)])
def test_nobody_waits_longer_than_he_says_and_the_connection_is_not_used_again(store: Store, answer: Answer) -> None:
    with pytest.raises(SourceTimeoutError):
        store.exchange(answer, seconds=0.2)

    assert store.exchange(FIRST) is None


def test_one_that_breaks_off_is_an_error(store: Store) -> None:
    with pytest.raises(SourceIncompleteError):
        store.exchange(answers.cuts_at(0.5, b"x" * 900))

    assert store.exchange(FIRST) is None


def test_a_connection_that_is_dead_is_left_to_who_makes_another(store: Store) -> None:
    assert store.exchange(answers.closes_at_once) is None


def test_one_that_is_not_to_be_used_again_is_not(store: Store) -> None:
    assert store.exchange(answers.says(b"last", Connection="close"))
    assert store.exchange(FIRST) is None


def test_without_a_connection_nothing_is_asked() -> None:
    with Origin({"*": FIRST}) as origin, spending(Budget(5, Scope(5))):
        url = SourceUrl.parse(origin.url("/a"))

        assert Client(SourceSettings(), lambda address: None).exchange(PreparedFetch(url, {}), 1000) is None
        assert origin.connections == 0


@pytest.mark.parametrize(("method", "target"), [("POST", "/a"), ("GET", "/a b"), ("GET", "/ü"), ("GET", "/a\r\nx")])
def test_what_is_no_plain_get_is_left_to_others(method: str, target: str) -> None:
    url = SourceUrl.parse("http://a.example/")

    assert not is_plain(PreparedFetch(url, {}, method, b"", target))
    assert is_plain(PreparedFetch(url, {}, "GET", b"", "/a%20b?c=d"))
