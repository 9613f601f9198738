"""What a request's headers say of it, for the log and for its answer: its id, its client."""

import re
import secrets
from collections.abc import Mapping
from json import JSONDecodeError, loads

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]+")


def request_id(headers: Mapping[str, str]) -> str:
    """The id that the client or the load balancer gave the request, if it is a plain word; else a new one."""
    for found in (headers.get("x-request-id", ""), _amazon_id(headers.get("x-amzn-request-context", ""))):
        if _REQUEST_ID.fullmatch(found):
            return found
    return secrets.token_urlsafe(16)[:21]


def _amazon_id(text: str) -> str:
    try:
        context = loads(text)
    except (JSONDecodeError, RecursionError):
        return ""
    found = context.get("requestId") if isinstance(context, dict) else None
    return found if isinstance(found, str) else ""


def client_ip(headers: Mapping[str, str], peer: str) -> str:
    """For the log alone: anybody can send these headers."""
    forwarded = headers.get("x-forwarded-for", "").partition(",")[0].strip()
    return headers.get("cf-connecting-ip") or forwarded or headers.get("x-real-ip") or peer
