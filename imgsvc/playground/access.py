"""Who may use the playground, and why others may not: decided from a request's headers alone.

SECURITY: whoever may use it has any URL signed with the server's key, and web pages reach loopback as well as people
do. So nobody is told by his address: a client's is a proxy's, and loopback's is every page's in every browser there.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import ip_address

from imgsvc.security.settings import SignatureSettings

# What ./serve sets where there is no key: everybody knows it.
DEMO_KEY, DEMO_SALT = b"demo-key", b"demo-salt"
# Pages of other sites cannot send it without asking first, and that is answered with 403.
MARK = "x-imgsvc-playground"

_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?")
_FORWARDED = ("forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why not: `reason` is for whoever sits before the page; it asks for the secret if that `needs_secret`."""

    reason: str
    needs_secret: bool = False

    @property
    def status(self) -> int:
        """HTTP's word for it."""
        return 401 if self.needs_secret else 403


@dataclass(frozen=True, slots=True)
class Access:
    """The rules of one server, which listens for the playground on `address`."""

    address: str
    secret: str
    signature: SignatureSettings

    def of_page(self, headers: Mapping[str, str]) -> Refused | None:
        """Whether the page itself may be had: it holds nothing that is secret. Names are lower case."""
        host = headers.get("host", "")
        if not _is_address(host):
            return Refused(
                f"This page answers to an address and to localhost, and not to {host!r}: any site can have a name of "
                "its own lead here (DNS rebinding). Open it by its address; from another machine by a tunnel, "
                "such as ssh -L 8082:127.0.0.1:8082."
            )
        return None

    def of_call(self, headers: Mapping[str, str]) -> Refused | None:
        """Whether the page may have something done: pictures, signatures."""
        return self.of_page(headers) or _from_elsewhere(headers) or self._without_secret(headers)

    def _without_secret(self, headers: Mapping[str, str]) -> Refused | None:
        if self.secret:
            given = headers.get("authorization", "").encode("latin-1", "replace")
            # In constant time: how long it takes does not tell how much of it was right.
            is_right = compare_digest(given, f"Bearer {self.secret}".encode())
            return None if is_right else Refused("The value of SECRET is needed.", needs_secret=True)
        if self._has_real_key():
            return Refused(
                "KEY is set, and whoever uses this page has any URL signed with it: set SECRET as well, which the "
                "page then asks for. (The server asks for it too: nginx and the CDN have to send it.)"
            )
        if not _is_loopback(self.address):
            return Refused(f"It listens on {self.address}, which others reach, and no SECRET is set.")
        if any(name in headers for name in _FORWARDED):
            return Refused("This request came by way of a proxy, behind which may be anybody: set SECRET.")
        return None

    def _has_real_key(self) -> bool:
        pairs = set(zip(self.signature.key, self.signature.salt, strict=True))
        return bool(pairs - {(DEMO_KEY, DEMO_SALT)})


def _from_elsewhere(headers: Mapping[str, str]) -> Refused | None:
    """Refuse what another site's page sends, in an old browser as well as in a new one."""
    origin, host = headers.get("origin", ""), headers.get("host", "")
    is_ours = origin in ("", f"http://{host}", f"https://{host}")
    is_own_fetch = headers.get("sec-fetch-site", "same-origin") == "same-origin"
    if is_ours and is_own_fetch and MARK in headers:
        return None
    return Refused("Another page than this one asked, and only this one may.")


def _is_address(host: str) -> bool:
    found = _AUTHORITY.fullmatch(host)
    if found is None:
        return False
    name = found[1].strip("[]").lower()
    if name == "localhost":
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
