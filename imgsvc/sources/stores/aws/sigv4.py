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
        moment, beginning, authorization, key = _prepared(self, int(now))
        signed = {**headers, "x-amz-date": moment}
        if self.service.startswith("s3"):
            signed["x-amz-content-sha256"] = body_digest
        if self.credentials.token:
            signed["x-amz-security-token"] = self.credentials.token
        named = {**signed, "host": host}
        ordered = sorted(named)
        names = ";".join(ordered)
        lines = "".join([f"{name}:{_folded(named[name])}\n" for name in ordered])
        request = f"{method}\n{_canonical_target(target)}\n{lines}\n{names}\n{body_digest}"
        signature = key.digest(beginning + sha256(request.encode()).hexdigest()).hex()
        signed["authorization"] = f"{authorization}{names}, Signature={signature}"
        return signed


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
@lru_cache(32)
def _prepared(signer: Signer, second: int) -> tuple[str, str, str, Sha256Hmac]:
    """What all signatures of a second have: the moment, what begins the text and the header, and the key."""
    moment = strftime("%Y%m%dT%H%M%SZ", gmtime(second))
    scope = f"{moment[:8]}/{signer.region}/{signer.service}/aws4_request"
    authorization = f"{_ALGORITHM} Credential={signer.credentials.access_key}/{scope}, SignedHeaders="
    key = _signing_key(signer.credentials.secret, moment[:8], signer.region, signer.service)
    return moment, f"{_ALGORITHM}\n{moment}\n{scope}\n", authorization, key


# PERF: one a day for each region.
@lru_cache(32)
def _signing_key(secret: str, date: str, region: str, service: str) -> Sha256Hmac:
    key = f"AWS4{secret}".encode()
    for part in (date, region, service, "aws4_request"):
        key = Sha256Hmac(key).digest(part)
    return Sha256Hmac(key)
