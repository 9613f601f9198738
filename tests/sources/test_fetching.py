import pytest

from imgsvc.errors import ClientClosedRequestError, SourceTimeoutError, SourceUnreachableError
from imgsvc.runtime.scope import NoJournal, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.fetching import Fetch
from imgsvc.sources.source import SourceRequest
from tests.web.fakes import FakeStream

CAT = SourceRequest(SourceUrl.parse("http://a.example/cat.png"), {"range": "bytes=0-1"})


class Journal(NoJournal):
    """Keeps what it is told of stages."""

    def __init__(self):
        self.told = []

    def enter(self, stage, subject):
        self.told.append((stage, subject))

    def leave(self, stage, seconds, error):
        self.told.append((stage, error))


class Source:
    """One that gives this stream, or raises this error."""

    def __init__(self, outcome):
        self.outcome = outcome

    def open(self, request, scope):
        self.request = request
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@pytest.fixture
def journal():
    return Journal()


def opened(journal, outcome=None):
    return Fetch(Source(outcome or FakeStream()), CAT, Scope(60, journal=journal))


def test_the_stage_goes_on_when_the_stream_is_open(journal):
    found = opened(journal)
    b"".join(found.chunks())

    assert journal.told == [("fetch", CAT.source)]


def test_it_ends_with_the_stream(journal):
    stream = FakeStream()
    with opened(journal, stream):
        pass

    assert stream.is_closed
    assert journal.told[1:] == [("fetch", None)]


def test_what_broke_the_body_off_is_told(journal):
    stream = FakeStream(parts=(b"a", SourceTimeoutError("slow")))

    with pytest.raises(SourceTimeoutError), opened(journal, stream) as found:
        list(found.chunks())

    assert isinstance(journal.told[-1][1], SourceTimeoutError)


def test_a_stream_that_cannot_be_opened_ends_the_stage(journal):
    with pytest.raises(SourceUnreachableError):
        opened(journal, SourceUnreachableError("none"))

    assert isinstance(journal.told[-1][1], SourceUnreachableError)


def test_a_stream_that_is_given_up_says_nothing_of_its_origin(journal):
    found = opened(journal)
    found.close()

    assert isinstance(journal.told[-1][1], ClientClosedRequestError)


def test_the_stage_ends_once(journal):
    with opened(journal) as found:
        pass
    found.close()

    assert [error for _, error in journal.told[1:]] == [None]
