"""Those who give tokens: what they were asked, and what they answer."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from imgsvc.runtime.scope import Scope
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import Budget, spending
from imgsvc.sources.settings import SourceSettings
from imgsvc.sources.source import SourceRequest
from imgsvc.sources.stores.asking import Ask, StoreClient
from imgsvc.sources.stores.source import StoreSource
from tests.misbehaving import Answer, says

T = TypeVar("T")

HUSH = "hush-token"


def spent(action: Callable[[], T], seconds: float = 10) -> T:
    """What it gives within a budget of so many seconds."""
    with spending(Budget(seconds, Scope(30))):
        return action()


@contextmanager
def budget(seconds: float = 10) -> Iterator[None]:
    """So many seconds."""
    with spending(Budget(seconds, Scope(30))):
        yield


def client() -> StoreClient:
    """One of its own."""
    return StoreClient(SourceSettings())


def token(text: str = HUSH, lasts: int = 3600, status: int = 200, **more: object) -> Answer:
    """An answer of OAuth 2.0."""
    body = {"access_token": text, "expires_in": lasts, "token_type": "Bearer"} | more
    return says(json.dumps(body).encode(), status, Content_Type="application/json")


def refuses(code: str = "invalid_client", status: int = 401) -> Answer:
    """An answer that gives none, and that repeats a secret."""
    body = {"error": code, "error_description": f"not for {HUSH}"}
    return says(json.dumps(body).encode(), status, Content_Type="application/json")


def answered(source: StoreSource, url: str, **headers: str) -> tuple[int, bytes]:
    """Status and body of an object."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with source.open(SourceRequest(SourceUrl.parse(url), named), Scope(30)) as stream:
        return stream.status, b"".join(stream.chunks())


def target(ask: Ask) -> str:
    """What it asks for, as it is sent."""
    return ask.target or ask.url.target
