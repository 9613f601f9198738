"""Asking for a token of OAuth 2.0: one small request, and what its answer says (RFC 6749 5)."""

import json
import re
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from imgsvc.errors import CredentialsError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Ask, StoreClient
from imgsvc.sources.stores.renewing import Lease

# SECURITY: nothing else of an error's answer is shown (RFC 6749 5.2).
_CODE = r"[A-Za-z0-9_.-]{1,60}"


def form(url: SourceUrl, fields: Mapping[str, str]) -> Ask:
    """The request that posts `fields`."""
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    return Ask(url, headers, "POST", urlencode(fields).encode())


def had(client: StoreClient, ask: Ask, name: str) -> Lease[str]:
    """The token that `name` answers with; CredentialsError where there is none."""
    answer = client.answer(ask, name)
    found = _object(answer.body)
    if answer.status == 200:
        try:
            return Lease(_text(found["access_token"]), _end(found))
        except (KeyError, ValueError, TypeError):
            raise CredentialsError(f"{name} answered without a token") from None
    code = found.get("error")
    said = f": {code}" if isinstance(code, str) and re.fullmatch(_CODE, code) else ""
    raise CredentialsError(f"{name} answered {answer.status}{said}")


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(token: object) -> str:
    if not isinstance(token, str) or not (token.isascii() and token.isprintable() and token):
        raise ValueError("no token that a header can have")
    return token


def _end(found: Mapping[str, Any]) -> float:
    """A moment where there is one, as Azure's metadata have it, else so many seconds from now."""
    if moment := found.get("expires_on"):
        return float(moment)
    return time.time() + float(found["expires_in"])
