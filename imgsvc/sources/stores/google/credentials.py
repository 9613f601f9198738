"""Google's credentials: the metadata server's tokens, and whatever a key file is for, which google-auth reads.

google-auth is an extra, as a service account's key signs with RSA. It asks through the client of the stores, so that
each of its requests ends with the budget that is being spent.
"""

from collections.abc import Callable, Mapping
from datetime import UTC
from importlib import import_module
from math import inf
from typing import Any, NamedTuple

from imgsvc.errors import CredentialsError, RenderingError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Ask, StoreClient
from imgsvc.sources.stores.renewing import Lease
from imgsvc.sources.stores.targets import server
from imgsvc.sources.stores.tokens import had

SCOPE = "https://www.googleapis.com/auth/devstorage.read_only"
# Of who keeps something there.
WRITING_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
METADATA = "169.254.169.254"
EXTRA = "google-auth, which is not installed: pip install 'imgsvc[gs]'"
_TOKEN = "/computeMetadata/v1/instance/service-accounts/default/token"  # noqa: S105 (a path)
# google-auth would sleep before it asks again, and no deadline ends that.
_RETRIED = frozenset({408, 429, 500, 502, 503, 504})

# What reads a kind of key file: a module, and the method of its Credentials.
_READERS: Mapping[str, tuple[str, str]] = {
    "service_account": ("google.oauth2.service_account", "from_service_account_info"),
    "authorized_user": ("google.oauth2.credentials", "from_authorized_user_info"),
    "external_account": ("google.auth.identity_pool", "from_info"),
    "external_account of AWS": ("google.auth.aws", "from_info"),
    "impersonated_service_account": (
        "google.auth.impersonated_credentials",
        "from_impersonated_service_account_info",
    ),
}


class MetadataServer:
    """The service account of the machine, or of the pod on GKE."""

    def __init__(self, client: StoreClient, host: str = METADATA) -> None:
        self.where = f"the metadata server {host}"
        self._client = client
        self._ask = Ask(server(host).asking(_TOKEN), {"metadata-flavor": "Google"}, is_direct=True)

    def token(self) -> Lease[str]:
        """A new token; CredentialsError where there is none."""
        return had(self._client, self._ask, self.where)


class KeyFile:
    """What a JSON of credentials is for: a service account's key, workload identity federation, a user's login.

    ValueError says what is wrong with it, or that google-auth is missing.
    """

    def __init__(self, info: Mapping[str, Any], where: str, client: StoreClient, scope: str = SCOPE) -> None:
        self.where = where
        self._client = client
        self._credentials = _read(info, scope)

    def token(self) -> Lease[str]:
        """A new token; CredentialsError where there is none."""
        try:
            self._credentials.refresh(self._transport)
        except RenderingError:
            raise
        # SECURITY: the text of its errors holds what was answered.
        except Exception as error:  # noqa: BLE001 (whatever it is, there is no token)
            raise CredentialsError(f"{self.where} gave no token: {type(error).__name__}") from None
        expiry = self._credentials.expiry
        return Lease(self._credentials.token, expiry.replace(tzinfo=UTC).timestamp() if expiry else inf)

    def _transport(
        self, url: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None, **_kept: Any
    ) -> "Reply":
        """What google-auth asks through."""
        target = SourceUrl.parse(url)
        sent = body.encode() if isinstance(body, str) else body or b""
        answer = self._client.answer(Ask(target, headers or {}, method, sent), target.origin)
        if answer.status in _RETRIED:
            raise CredentialsError(f"{target.origin} answered {answer.status}")
        return Reply(answer.status, answer.headers, answer.body)


class Reply(NamedTuple):
    """An answer under the names that google-auth reads."""

    status: int
    headers: Mapping[str, str]
    data: bytes


def _read(info: Mapping[str, Any], scope: str) -> Any:
    """The credentials of google-auth."""
    module, method = _READERS[_kind(info)]
    try:
        read: Callable[..., Any] = getattr(import_module(module).Credentials, method)
    except ImportError:
        raise ValueError(EXTRA) from None
    try:
        return read(dict(info), scopes=[scope])
    # SECURITY: the text of its errors holds parts of the file.
    except Exception as error:  # noqa: BLE001 (whatever it is, the file is none)
        raise ValueError(f"a {info['type']} that is whole ({type(error).__name__})") from None


def _kind(info: Mapping[str, Any]) -> str:
    source = info.get("credential_source") or {}
    if "executable" in source:
        raise ValueError("credentials that no program has to give, for nothing ends one in time")
    kind = str(info.get("type", ""))
    if str(source.get("environment_id", "")).startswith("aws"):
        kind += " of AWS"
    if kind not in _READERS:
        raise ValueError(f"credentials of a type that is known, such as service_account, not {kind!r}")
    return kind
