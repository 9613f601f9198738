"""Twin of imgsvc/sources/stores/signing.py."""

import pytest

from imgsvc.errors import CredentialsError, SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Answer
from imgsvc.sources.stores.renewing import YOUNG_SECONDS, Lease, Renewed
from imgsvc.sources.stores.signing import Bearer, Signing, Unsigned
from tests.sources.stores.desks import spent

URL = SourceUrl.parse("http://a.example/b/k")
REFUSED = Answer(401, {}, b"")


class Desk:
    """Gives one token after the other, as if some time had passed."""

    def __init__(self) -> None:
        self.given = 0
        self.now = 1000.0
        self.bearer = Bearer(self.renew, "the desk")
        self.bearer._token = Renewed(self.renew, lambda: self.now)

    def renew(self) -> Lease[str]:
        self.given += 1
        return Lease(f"token-{self.given}", self.now + 3600)


def test_what_anybody_may_read_is_not_signed() -> None:
    signing: Signing = Unsigned("nowhere")

    assert signing.signed(URL, "/key", {"range": "bytes=0-"}).headers == {"range": "bytes=0-"}
    assert not signing.learns(signing.signed(URL, "/key", {}), REFUSED)


def test_a_token_is_sent_with_each_request() -> None:
    desk = Desk()

    asks = [spent(lambda: desk.bearer.signed(URL, "/key", {"a": "b"})) for _ in range(2)]

    assert [each.headers for each in asks] == [{"a": "b", "authorization": "Bearer token-1"}] * 2


def test_a_token_that_is_not_taken_any_more_is_had_anew() -> None:
    desk = Desk()
    old = spent(lambda: desk.bearer.signed(URL, "/key", {}))
    desk.now += YOUNG_SECONDS

    assert desk.bearer.learns(old, REFUSED)
    assert spent(lambda: desk.bearer.signed(URL, "/key", {})).headers["authorization"] == "Bearer token-2"


def test_who_is_refused_late_tries_the_token_that_another_has_had_since() -> None:
    desk = Desk()
    asks = [spent(lambda: desk.bearer.signed(URL, "/key", {})) for _ in range(2)]
    desk.now += YOUNG_SECONDS
    desk.bearer.learns(asks[0], REFUSED)
    spent(lambda: desk.bearer.signed(URL, "/key", {}))

    assert desk.bearer.learns(asks[1], REFUSED)
    assert desk.given == 2


def test_another_status_says_nothing_of_the_token() -> None:
    desk = Desk()
    ask = spent(lambda: desk.bearer.signed(URL, "/key", {}))
    desk.now += YOUNG_SECONDS

    assert not desk.bearer.learns(ask, Answer(403, {}, b""))


def test_who_has_no_token_says_what_was_tried() -> None:
    def fails() -> Lease[str]:
        raise SourceUnreachableError("it is not there")

    bearer = Bearer(fails, "the desk", "no key, no file")

    with pytest.raises(
        CredentialsError, match=r"no token from the desk: it is not there \(before that: no key, no file\)"
    ):
        spent(bearer.login)
