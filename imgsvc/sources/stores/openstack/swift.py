"""OpenStack Swift: /container/object below the address of an account, which a login gives."""

from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.listing import SWIFTS, spelled
from imgsvc.sources.stores.openstack.login import Login, Session
from imgsvc.sources.stores.renewing import Renewed
from imgsvc.sources.stores.store import Order
from imgsvc.sources.stores.targets import quoted

_MAX_CONTAINER_BYTES = 256


class Swift:
    """Logs in when the first object is asked for, and again where the token is not taken any more."""

    listing = SWIFTS

    def __init__(self, login: Login) -> None:
        self._where = login.where
        self._session = Renewed(login.session)

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a session."""
        return self._session.is_good

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where that is no name of a container."""
        is_long = len(container.encode("utf-8", "surrogateescape")) > _MAX_CONTAINER_BYTES
        # SECURITY: a proxy before Swift may fold dots, and lead to another account.
        if is_long or container in ("", ".", "..") or "/" in container:
            raise SourceUnreachableError(f"{container!r} is no name of a container")

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """The request for an object; COMPAT: a version is passed over."""
        session = self._session.get()
        target = f"{session.prefix}/{quoted(key.container)}/{quoted(key.key)}"
        return Ask(session.storage, {**headers, "x-auth-token": session.token}, login=session, target=target)

    def order(self, order: Order) -> Ask:
        """The request that does this."""
        session = self._session.get()
        target = f"{session.prefix}/{quoted(order.key.container)}"
        target += f"/{quoted(order.key.key)}" if order.key.key else f"?{spelled(order.query)}"
        headers = {"x-auth-token": session.token}
        return Ask(session.storage, headers, order.method, order.body, login=session, target=target)

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """That the login has ended."""
        return refusal.status == 401 and isinstance(ask.login, Session) and self._session.refused(ask.login)

    def login(self) -> str:
        """Have a token; where it is from."""
        self._session.get()
        return self._where

    def whereabouts(self, key: Key) -> str:
        """The address of the account, once a login has named it."""
        session = self._session.known
        if session is None:
            return f"the account that is named by {self._where}"
        return f"{session.storage.origin}{session.storage.path}".rstrip("/")
