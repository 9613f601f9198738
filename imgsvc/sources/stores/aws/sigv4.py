"""AWS Signature Version 4, in headers: values in, headers out.

What is signed is what is sent: the target is given as it goes out, and nothing of it is folded or encoded again.
"""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from time import gmtime, strftime
from typing import NamedTuple

from imgsvc.sources.stores.keyed import Sha256Hmac

EMPTY_BODY = sha256(b"").hexdigest()
_ALGORITHM = "AWS4-HMAC-SHA256"
# PERF: OpenSSL takes longer to look the algorithm up than to copy what it has found.
_NOTHING = sha256()


class Credentials(NamedTuple):
    """Who signs; a session's token where they are lent for a while."""

    access_key: str
    secret: str
    token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.access_key!r})"


class Signer(NamedTuple):
    """What a signature is good for: one service in one region."""

    credentials: Credentials
    region: str
    service: str = "s3"

    def sign(
        self, method: str, host: str, target: str, headers: Mapping[str, str], now: float, body_digest: str = EMPTY_BODY
    ) -> dict[str, str]:
        """`headers` with what makes them a signed request; names are lower case, and all of them are signed."""
        common = _common(self, host, int(now), body_digest)
        signed = {**headers, **common.headers}
        names, lines = _listed(signed, host) if headers else common.listed
        request = _digest(f"{method}\n{_canonical_target(target)}\n{lines}\n{names}\n{body_digest}")
        signature = common.key.digest(common.beginning + request).hex()
        signed["authorization"] = f"{common.authorization}{names}, Signature={signature}"
        return signed


class _Common(NamedTuple):
    """What all signatures for a host in one second have."""

    headers: Mapping[str, str]
    # Of a request that has no other headers.
    listed: tuple[str, str]
    # Of the text that is signed, and of the header that shows it.
    beginning: str
    authorization: str
    key: Sha256Hmac


def _listed(headers: Mapping[str, str], host: str) -> tuple[str, str]:
    """The names of what is signed, and its lines."""
    named = {**headers, "host": host}
    ordered = sorted(named)
    return ";".join(ordered), "".join([f"{name}:{_folded(named[name])}\n" for name in ordered])


def _digest(text: str) -> str:
    digest = _NOTHING.copy()
    digest.update(text.encode())
    return digest.hexdigest()


def _folded(value: str) -> str:
    return " ".join(value.split()) if " " in value or "\t" in value else value


def _canonical_target(target: str) -> str:
    """Path and query, which is sorted by name, and has `=` behind a name that stands alone."""
    path, _, query = target.partition("?")
    if not query:
        return f"{path}\n"
    pairs = sorted(each.partition("=") for each in query.split("&"))
    return f"{path}\n" + "&".join(f"{name}={value}" for name, _, value in pairs)


# PERF: many requests come in one second.
@lru_cache(128)
def _common(signer: Signer, host: str, second: int, body_digest: str) -> _Common:
    moment = strftime("%Y%m%dT%H%M%SZ", gmtime(second))
    date, credentials = moment[:8], signer.credentials
    headers = {"x-amz-date": moment}
    if signer.service.startswith("s3"):
        headers["x-amz-content-sha256"] = body_digest
    if credentials.token:
        headers["x-amz-security-token"] = credentials.token
    scope = f"{date}/{signer.region}/{signer.service}/aws4_request"
    beginning = f"{_ALGORITHM}\n{moment}\n{scope}\n"
    authorization = f"{_ALGORITHM} Credential={credentials.access_key}/{scope}, SignedHeaders="
    key = _signing_key(credentials.secret, date, signer.region, signer.service)
    return _Common(headers, _listed(headers, host), beginning, authorization, key)


# PERF: one a day for each region.
@lru_cache(32)
def _signing_key(secret: str, date: str, region: str, service: str) -> Sha256Hmac:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = Sha256Hmac(key).digest(part)
    return Sha256Hmac(key)
