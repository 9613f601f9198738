"""What a request's headers say of it, for the log and for its answer: its id, its client."""

import secrets
from collections.abc import Mapping
from json import loads

from imgsvc.runtime.request_headers import AMAZON_CONTEXT, CLIENT_ADDRESS, REAL_ADDRESS, REQUEST_ID


def request_id(headers: Mapping[str, str]) -> str:
    """The id that the client or the load balancer gave the request, if it is a short plain word; else a new one."""
    for found in (headers.get(REQUEST_ID.name, ""), _amazon_id(headers.get(AMAZON_CONTEXT.name, ""))):
        if usable := REQUEST_ID.usable(found):
            return usable
    return secrets.token_urlsafe(16)[:21]


def _amazon_id(text: str) -> str:
    if not AMAZON_CONTEXT.usable(text):
        return ""
    try:
        context = loads(text)
    # A number of thousands of digits is a ValueError that is none of JSON's.
    except (ValueError, RecursionError):
        return ""
    found = context.get("requestId") if isinstance(context, dict) else None
    return found if isinstance(found, str) else ""


def client_ip(headers: Mapping[str, str], peer: str) -> str:
    """For the log alone: anybody can send these headers."""
    forwarded = headers.get("x-forwarded-for", "").partition(",")[0].strip()
    told = (headers.get(CLIENT_ADDRESS.name, ""), forwarded, headers.get(REAL_ADDRESS.name, ""))
    return next(filter(None, map(REAL_ADDRESS.usable, told)), peer)
