"""Google Cloud Storage, in its XML form: /bucket/key, with the headers of an object as an HTTP server has them."""

import re
from collections.abc import Mapping

from imgsvc.errors import SourceUnreachableError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.keys import Key
from imgsvc.sources.stores.asking import Answer, Ask
from imgsvc.sources.stores.listing import AMAZONS, spelled
from imgsvc.sources.stores.signing import Signing
from imgsvc.sources.stores.store import Order
from imgsvc.sources.stores.targets import quoted, quoted_value

# It begins and ends with a letter or digit.
_BUCKET = re.compile(r"[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
_GENERATION = re.compile(r"0*[1-9][0-9]{0,18}")


class Gcs:
    """Asks `server` for objects; `signing` shows who asks.

    COMPAT: of the endpoint the host alone counts, for imgproxy's has the path of the JSON form, which is not asked.
    """

    listing = AMAZONS

    def __init__(self, server: SourceUrl, signing: Signing) -> None:
        self._server = server
        self._signing = signing

    @property
    def is_logged_in(self) -> bool:
        """Whether there is a token, if one is needed."""
        return self._signing.is_logged_in

    def check(self, container: str) -> None:
        """Raise SourceUnreachableError where that is no name of a bucket."""
        if not _BUCKET.fullmatch(container):
            raise SourceUnreachableError(f"{container!r} is no name of a bucket")

    def ask(self, key: Key, headers: Mapping[str, str]) -> Ask:
        """The request for an object; COMPAT: a version that is no generation is passed over."""
        generation = f"?generation={key.version}" if _GENERATION.fullmatch(key.version) else ""
        return self._signing.signed(self._server, f"/{key.container}/{quoted(key.key)}{generation}", headers)

    def order(self, order: Order) -> Ask:
        """The request that does this; what is kept goes by the JSON form, which every server of this kind knows."""
        method, target = order.method, f"/{order.key.container}"
        if method == "PUT":
            name = quoted_value(order.key.key)
            method, target = "POST", f"/upload/storage/v1/b{target}/o?uploadType=media&name={name}"
        else:
            target += f"/{quoted(order.key.key)}" if order.key.key else f"?{spelled(order.query)}"
        return self._signing.signed(self._server, target, {}, method, order.body)

    def learns(self, key: Key, ask: Ask, refusal: Answer) -> bool:
        """That the token has ended."""
        return self._signing.learns(ask, refusal)

    def login(self) -> str:
        """Have a token; where it is from."""
        self._signing.login()
        return self._signing.where

    def whereabouts(self, key: Key) -> str:
        """The server."""
        return self._server.origin
