"""AWS's Security Token Service: roles are lent for a while, to who has credentials or a token of somebody known."""

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlencode

from imgsvc.errors import CredentialsError, SourceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import Answer, Ask, StoreClient
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.sigv4 import Credentials, Signer

_FORM = "application/x-www-form-urlencoded; charset=utf-8"
# The references that XML itself has; of others a key or a token has none.
_REFERENCES = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_REFERENCE = re.compile("|".join(_REFERENCES))
_ELEMENT = re.compile(r"<(AccessKeyId|SecretAccessKey|SessionToken|Expiration|Code)>([^<]*)</")


@dataclass(frozen=True, slots=True)
class Role:
    """A role that may be taken."""

    arn: str
    session: str = ""
    external_id: str = ""
    duration_seconds: str = ""

    def parameters(self) -> dict[str, str]:
        """As STS names them, less those that are empty."""
        named = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session or "imgsvc",
            "ExternalId": self.external_id,
            "DurationSeconds": self.duration_seconds,
        }
        return {name: value for name, value in named.items() if value}


class Sts:
    """Asks `server`, for `region`."""

    def __init__(
        self, client: StoreClient, server: SourceUrl, region: str, clock: Callable[[], float] = time.time
    ) -> None:
        self._client, self._server, self._region, self._clock = client, server, region, clock

    def lend(self, role: Role, lender: Found) -> Found:
        """The role's credentials, for who has others."""
        if not lender.credentials:
            raise CredentialsError(f"the role {role.arn} needs credentials to be taken with, and there are none")
        body = _form("AssumeRole", role.parameters())
        headers = {"content-type": _FORM}
        signer = Signer(lender.credentials, self._region, "sts")
        digest = sha256(body).hexdigest()
        signed = signer.sign("POST", self._server.netloc, "/", headers, self._clock(), digest)
        return self._lent(role, self._asked(signed, body), lender.where)

    def lend_for_token(self, role: Role, token: str, where: str) -> Found:
        """The role's credentials, for who has a token."""
        body = _form("AssumeRoleWithWebIdentity", {**role.parameters(), "WebIdentityToken": token})
        return self._lent(role, self._asked({"content-type": _FORM}, body), where)

    def _asked(self, headers: Mapping[str, str], body: bytes) -> Answer:
        try:
            return self._client.answer(Ask(self._server.asking("/"), headers, "POST", body), self._server.origin)
        except SourceError as error:
            raise CredentialsError(f"{self._server.origin} does not answer: {error}") from error

    def _lent(self, role: Role, answer: Answer, where: str) -> Found:
        said = {name: _unescaped(text) for name, text in _ELEMENT.findall(answer.body.decode("utf-8", "replace"))}
        if answer.status != 200:
            # SECURITY: the code alone; the message may repeat the request, with the token that it was signed with.
            reason = said.get("Code", "")
            raise CredentialsError(f"{self._server.origin} does not lend {role.arn}: {answer.status} {reason}".rstrip())
        try:
            credentials = Credentials(said["AccessKeyId"], said["SecretAccessKey"], said["SessionToken"])
            return Found(credentials, f"{where}, as {role.arn}", moment(said["Expiration"]))
        except (KeyError, ValueError) as error:
            raise CredentialsError(f"{self._server.origin} answered something else than credentials") from error


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(lambda found: _REFERENCES[found[0]], text)


def _form(action: str, parameters: Mapping[str, str]) -> bytes:
    return urlencode({"Action": action, "Version": "2011-06-15", **parameters}).encode()


def moment(text: str) -> float:
    """Seconds of time.time(); ValueError where that is no moment."""
    return datetime.fromisoformat(text).timestamp()
