"""Logins of OpenStack: Swift's own (v1), and Keystone's v2.0 and v3."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from math import inf
from typing import Any, NamedTuple

from imgsvc.errors import CredentialsError, RequestTimeoutError, SourceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import current, spending
from imgsvc.sources.stores.asking import Answer, Ask, StoreClient
from imgsvc.sources.stores.renewing import Lease
from imgsvc.sources.stores.targets import below, server

# COMPAT: who names no domain means this one.
_DEFAULT_DOMAIN = "Default"


class Session(NamedTuple):
    """What a login gives: the address of the account, and the token to show there."""

    storage: SourceUrl
    token: str

    @property
    def prefix(self) -> str:
        """What paths of its objects begin with."""
        return self.storage.target.rstrip("/")

    def __repr__(self) -> str:
        return f"Session({self.storage})"


class User(NamedTuple):
    """Who logs in; `tenant` is what v3 calls a project."""

    name: str
    api_key: str
    tenant: str = ""
    domain: str = ""

    def __repr__(self) -> str:
        return f"User({self.name!r})"


class Login:
    """Logs `user` in at `url`, within `seconds`."""

    def __init__(self, url: SourceUrl, version: int, user: User, client: StoreClient, seconds: float = inf) -> None:
        self.where = f"a login of version {version} at {url.origin}"
        self._url = url
        self._user = user
        self._client = client
        self._seconds = seconds
        self._log_in: Callable[[], Lease[Session]] = {1: self._v1, 2: self._v2, 3: self._v3}[version]

    def session(self) -> Lease[Session]:
        """A new session; CredentialsError where there is none to be had."""
        try:
            with spending(current().within(self._seconds)):
                return self._log_in()
        except (SourceError, RequestTimeoutError) as error:
            raise CredentialsError(f"no session by {self.where}: {error}") from error
        except (ValueError, LookupError, TypeError, AttributeError, StopIteration) as error:
            # SECURITY: the answer may hold a token.
            raise CredentialsError(
                f"no session by {self.where}: its answer has none ({type(error).__name__})"
            ) from None

    def _v1(self) -> Lease[Session]:
        ask = Ask(self._url, {"x-auth-user": self._user.name, "x-auth-key": self._user.api_key})
        headers = self._answered(ask).headers
        lasts = headers.get("x-auth-token-expires", "")
        ends = time.time() + int(lasts) if lasts.isdecimal() else inf
        return Lease(Session(server(headers["x-storage-url"]), headers["x-auth-token"]), ends)

    def _v2(self) -> Lease[Session]:
        password = {"passwordCredentials": {"username": self._user.name, "password": self._user.api_key}}
        tenant = {"tenantName": self._user.tenant} if self._user.tenant else {}
        access = self._posted("/tokens", {"auth": password | tenant})[0]["access"]
        token = access["token"]
        urls = (each["publicURL"] for each in _endpoints(access["serviceCatalog"]) if each.get("publicURL"))
        return Lease(Session(server(next(urls)), token["id"]), _moment(token.get("expires")))

    def _v3(self) -> Lease[Session]:
        domain = {"name": self._user.domain or _DEFAULT_DOMAIN}
        user = {"name": self._user.name, "password": self._user.api_key, "domain": domain}
        auth: dict[str, Any] = {"identity": {"methods": ["password"], "password": {"user": user}}}
        if self._user.tenant:
            auth["scope"] = {"project": {"name": self._user.tenant, "domain": domain}}
        found, headers = self._posted("/auth/tokens", {"auth": auth})
        token = found["token"]
        urls = (each["url"] for each in _endpoints(token["catalog"]) if each["interface"] == "public")
        return Lease(Session(server(next(urls)), headers["x-subject-token"]), _moment(token.get("expires_at")))

    def _posted(self, path: str, body: Mapping[str, Any]) -> tuple[Any, Mapping[str, str]]:
        headers = {"content-type": "application/json", "accept": "application/json"}
        answer = self._answered(Ask(below(self._url, path), headers, "POST", json.dumps(body).encode()))
        return json.loads(answer.body), answer.headers

    def _answered(self, ask: Ask) -> Answer:
        answer = self._client.answer(ask, self._url.origin)
        if not 200 <= answer.status <= 299:
            raise CredentialsError(f"{self._url.origin} answered {answer.status}")
        return answer


def _endpoints(catalog: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those of the object store; the first is taken, for nothing chooses a region (COMPAT)."""
    return (each for service in catalog if service["type"] == "object-store" for each in service["endpoints"])


def _moment(text: str | None) -> float:
    if not text:
        return inf
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
