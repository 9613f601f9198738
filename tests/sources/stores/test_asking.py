"""Twin of imgsvc/sources/stores/asking.py."""

from contextlib import suppress

import pytest

from imgsvc.errors import SourceIncompleteError, SourceStatusError, SourceTooLargeError, SourceUnreachableError
from imgsvc.runtime.scope import NoJournal, Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.stores.asking import MAX_ANSWER_BYTES, Answer, Ask, StoreClient
from tests.misbehaving import Answer as Misbehavior
from tests.misbehaving import Origin, closes_at_once, cuts_at, redirects, says

SIGNED = "/key?sig=hush"


def asked(answer: Misbehavior, **of_ask: object) -> tuple[Answer, list[str]]:
    with Origin({"*": answer}) as origin, spending(Budget(5, Scope(5))):
        ask = Ask(SourceUrl.parse(origin.url("/")).asking(SIGNED), **of_ask)  # type: ignore[arg-type]
        return StoreClient(SourceSettings()).answer(ask, "s3://b/key"), origin.heads


def test_an_answer_is_read_whole_whatever_its_status() -> None:
    answer, _ = asked(says(b"no", 403, X_A="b"))

    assert (answer.status, answer.body) == (403, b"no")


def test_a_redirect_is_not_followed() -> None:
    answer, heads = asked(redirects("/b"))

    assert (answer.status, len(heads)) == (302, 1)


def test_an_answer_has_an_end() -> None:
    with pytest.raises(SourceTooLargeError):
        asked(says(b"x" * (MAX_ANSWER_BYTES + 1)))


@pytest.mark.parametrize("answer", [closes_at_once, cuts_at(0.5, b"x" * 1000, with_reset=True)])
def test_what_is_signed_is_in_no_error_and_in_none_of_its_causes(answer: Misbehavior) -> None:
    with pytest.raises((SourceUnreachableError, SourceIncompleteError)) as caught:
        asked(answer, headers={"authorization": "hush"})

    error: BaseException | None = caught.value
    while error:
        assert "hush" not in f"{error!r} {error}"
        error = error.__cause__


def test_a_header_that_cannot_be_sent_is_not_shown() -> None:
    with pytest.raises(SourceUnreachableError, match="what no header may") as caught:
        asked(says(), headers={"authorization": "hush\r\nX: y"})

    assert "hush" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_what_is_secret_about_a_request_is_not_shown() -> None:
    url = SourceUrl.parse("http://a.example/").asking(SIGNED)

    assert "hush" not in repr(Ask(url, {"authorization": "hush"}, "POST", b"hush"))
    assert "hush" not in repr(Answer(200, {"x-token": "hush"}, b"hush"))


def test_a_proxy_of_the_environment_is_asked_unless_the_request_is_direct(monkeypatch: pytest.MonkeyPatch) -> None:
    with Origin({"*": says(b"of the proxy")}) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url("/"))
        monkeypatch.setenv("no_proxy", "")

        through, _ = asked(says(b"itself"))
        direct, _ = asked(says(b"itself"), is_direct=True)

    assert (through.body, direct.body) == (b"of the proxy", b"itself")


class Desk(NoJournal):
    """Who is told of logins."""

    def __init__(self) -> None:
        self.heard: list[object] = []

    def asks_for_login(self, server: SourceUrl) -> None:
        self.heard.append(server.origin)

    def has_login(self, server: SourceUrl, seconds: float, error: BaseException | None) -> None:
        self.heard.append((server.origin, type(error)))


@pytest.mark.parametrize(
    ("answer", "kind"),
    [(says(b"{}"), type(None)), (says(b"", 403), SourceStatusError), (closes_at_once, SourceUnreachableError)],
)
def test_whoever_is_asked_for_credentials_is_told_of_as_an_origin(
    answer: Misbehavior, kind: type[BaseException]
) -> None:
    journal, client = Desk(), StoreClient(SourceSettings())

    with Origin({"*": answer}) as desk, spending(Budget(5, Scope(5, journal=journal))):
        origin = desk.url("")
        with suppress(SourceUnreachableError):
            client.answer(Ask(SourceUrl.parse(f"{origin}/").asking("/token")), "the desk")

    assert journal.heard == [origin, (origin, kind)]
    assert client.login_origin == origin
