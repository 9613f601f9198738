"""Asks an observer for its pages."""

import json
from typing import Any

import requests

_TIMEOUT_SECONDS = 10.0


class ObserverError(Exception):
    """The observer does not answer, or not with what was asked for."""


def ask(address: str, page: str) -> Any:
    """The data of one of the observer's pages of JSON."""
    try:
        return json.loads(ask_text(address, page))
    except ValueError as error:
        raise ObserverError(f"http://{address}{page} does not answer as an observer does: {error}") from error


def ask_text(address: str, page: str) -> str:
    """One of the observer's pages, as it is."""
    url = f"http://{address}{page}"
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=_TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.text
    except requests.ConnectionError as error:
        hint = "Is imgsvc running, and is this its OBSERVER_BIND? Say where it is with --observer ADDRESS:PORT."
        raise ObserverError(f"Nobody listens on {address}. {hint}") from error
    except requests.RequestException as error:
        raise ObserverError(f"{url} does not answer as an observer does: {error}") from error


def observer_address(found: tuple[str, int] | None) -> str:
    """Where to ask an observer that listens there; ObserverError if it is off."""
    if found is None:
        raise ObserverError("the observer is off in these settings: OBSERVER_BIND is empty")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(found[0], found[0])
    return f"[{host}]:{found[1]}" if ":" in host else f"{host}:{found[1]}"
