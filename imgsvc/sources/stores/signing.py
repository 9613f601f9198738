"""How a request shows a store who asks: with a token, or not at all; the signatures of a store are its own module's."""

from collections.abc import Callable, Mapping
from typing import Protocol

from imgsvc.errors import CredentialsError, RequestTimeoutError, SourceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.renewing import Lease, Renewed


class Signing(Protocol):
    """What makes a signed request; may be used by many threads. `where` says what it signs with, and nothing of it."""

    where: str

    @property
    def is_logged_in(self) -> bool:
        """Whether nobody has to be asked for credentials now."""
        return True

    def signed(
        self, server: SourceUrl, target: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Ask:
        """The request for `target` at `server`; may ask for credentials, on the budget that is being spent."""

    def learns(self, ask: Ask, refusal: Answer) -> bool:
        """Whether another signature is worth a try."""
        return False

    def login(self) -> None:
        """Have what requests are signed with, where that has to be asked for."""
        return


class Unsigned(Signing):
    """For what anybody may read."""

    def __init__(self, where: str) -> None:
        self.where = where

    def signed(
        self, server: SourceUrl, target: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Ask:
        """The request as it is."""
        return Ask(server, headers, method, body, target=target)


class Bearer(Signing):
    """A token of OAuth 2.0 (RFC 6750), had anew before it ends, and once where a store does not take it any more.

    `absent` says in words what would have come first and is not there.
    """

    def __init__(self, renew: Callable[[], Lease[str]], where: str, absent: str = "") -> None:
        self.where = where
        self._asked = renew
        self._absent = f" (before that: {absent})" if absent else ""
        self._token = Renewed(self._renewed)

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a token that is good."""
        return self._token.is_good

    def signed(
        self, server: SourceUrl, target: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Ask:
        """The request with the token."""
        token = self._token.get()
        shown = {**headers, "authorization": f"Bearer {token}"}
        return Ask(server, shown, method, body, login=token, target=target)

    def learns(self, ask: Ask, refusal: Answer) -> bool:
        """Whether a new token is worth a try."""
        return refusal.status == 401 and isinstance(ask.login, str) and self._token.refused(ask.login)

    def login(self) -> None:
        """Have a token."""
        self._token.get()

    def _renewed(self) -> Lease[str]:
        try:
            return self._asked()
        except (SourceError, RequestTimeoutError) as error:
            raise CredentialsError(f"no token from {self.where}: {error}{self._absent}") from error
