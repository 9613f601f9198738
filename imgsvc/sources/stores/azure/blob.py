"""Azure Blob Storage: /container/key below an account's endpoint."""

import re
from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.listing import AZURES, spelled
from imgsvc.sources.stores.signing import Signing
from imgsvc.sources.stores.store import Order
from imgsvc.sources.stores.targets import quoted

# Of its REST interface the one that is asked for.
VERSION = "2021-12-02"
_CONTAINER = re.compile(r"\$root|\$web|(?=.{3,63}\Z)[a-z0-9]+(?:-[a-z0-9]+)*")


class AzureBlob:
    """Asks `server` for blobs; `signing` shows who asks."""

    listing = AZURES

    def __init__(self, server: SourceUrl, signing: Signing) -> None:
        self._server = server
        self._prefix = server.target.rstrip("/")
        self._signing = signing

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a token, if one is needed."""
        return self._signing.is_logged_in

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where that is no name of a container."""
        if not _CONTAINER.fullmatch(container):
            raise SourceUnreachableError(f"{container!r} is no name of a container")

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """The request for a blob; COMPAT: a version is passed over."""
        target = f"{self._prefix}/{key.container}/{quoted(key.key)}"
        return self._signing.signed(self._server, target, {**headers, "x-ms-version": VERSION})

    def order(self, order: Order) -> Ask:
        """The request that does this."""
        target = f"{self._prefix}/{order.key.container}"
        target += f"/{quoted(order.key.key)}" if order.key.key else f"?{spelled(order.query)}"
        headers = {"x-ms-version": VERSION} | ({"x-ms-blob-type": "BlockBlob"} if order.method == "PUT" else {})
        return self._signing.signed(self._server, target, headers, order.method, order.body)

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """That the token has ended."""
        return self._signing.learns(ask, refusal)

    def login(self) -> str:
        """Have what requests are signed with; where it is from."""
        self._signing.login()
        return self._signing.where

    def whereabouts(self, key: Key) -> str:
        """The account's endpoint."""
        return f"{self._server.origin}{self._server.path}".rstrip("/")
