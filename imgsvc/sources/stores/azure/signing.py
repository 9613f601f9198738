"""Azure's own signatures: with the key of an account, and the shared access signature that was made with one.

What they are made of: "Authorize with Shared Key" in the documentation of its REST interface.
"""

import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from email.utils import formatdate
from functools import lru_cache
from urllib.parse import parse_qsl, quote

from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Ask
from imgsvc.sources.stores.keyed import Sha256Hmac
from imgsvc.sources.stores.signing import Signing

# In the order in which they are signed. The date is x-ms-date's.
_SIGNED = (
    *("content-encoding", "content-language", "content-length", "content-md5", "content-type", "date"),
    *("if-modified-since", "if-match", "if-none-match", "if-unmodified-since", "range"),
)


class SharedKey(Signing):
    """Signs with the key of the account `name`."""

    def __init__(self, name: str, key: str, clock: Callable[[], float] = time.time) -> None:
        self.where = "ABS_KEY"
        self._name = name
        self._hmac = Sha256Hmac(account_key(key))
        self._clock = clock

    def signed(
        self, server: SourceUrl, target: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Ask:
        """The request with its signature."""
        dated = {**headers, "x-ms-date": _date(int(self._clock()))}
        length = {"content-length": str(len(body))} if body else {}
        text = string_to_sign(self._name, target, dated | length, method)
        signature = b64encode(self._hmac.digest(text)).decode()
        shown = {**dated, "authorization": f"SharedKey {self._name}:{signature}"}
        return Ask(server, shown, method, body, target=target)


class SharedAccess(Signing):
    """Puts a shared access signature behind each URL."""

    def __init__(self, token: str) -> None:
        self.where = "ABS_SAS_TOKEN"
        self._query = access_query(token)

    def signed(
        self, server: SourceUrl, target: str, headers: Mapping[str, str], method: str = "GET", body: bytes = b""
    ) -> Ask:
        """The request with the signature in its URL."""
        joint = "&" if "?" in target else "?"
        return Ask(server, headers, method, body, target=f"{target}{joint}{self._query}")


# PERF: many requests come in one second.
@lru_cache(4)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def account_key(text: str) -> bytes:
    """An account's key; ValueError where that is none."""
    return b64decode(text, validate=True)


def access_query(token: str) -> str:
    """A shared access signature in the one spelling that is sent; ValueError where that is none."""
    pairs = parse_qsl(token.strip().removeprefix("?"), keep_blank_values=True, strict_parsing=True)
    if not {"sig", "sv"} <= {name for name, _ in pairs}:
        raise ValueError("no shared access signature: it has no sig, or no sv")
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)


def string_to_sign(account: str, target: str, headers: Mapping[str, str], method: str = "GET") -> str:
    """What the account's key signs; `target` as it is sent, in whose query no name comes twice."""
    path, _, query = target.partition("?")
    standard = [headers.get(name, "") for name in _SIGNED]
    own = [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-ms-")]
    asked = [f"{name}:{value}" for name, value in sorted(parse_qsl(query, keep_blank_values=True))]
    return "\n".join([method, *standard, *own, f"/{account}{path}", *asked])
