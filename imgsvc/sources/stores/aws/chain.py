"""Where AWS's credentials are looked for, in the order of its SDKs: the first place that is set up is the one.

One that is set up and fails is the end: whoever comes behind it would be somebody else.

PERF: what reads a place is loaded when there is something to read: with all of them a server is 5 ms later there.
"""

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from imgsvc.errors import CredentialsError, SourceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.stores.asking import StoreClient
from imgsvc.sources.stores.aws.endpoints import domain
from imgsvc.sources.stores.aws.found import Found, RefusedProfileError, of_environment
from imgsvc.sources.stores.aws.settings import AwsSettings, S3Settings, is_on, server
from imgsvc.sources.stores.renewing import Lease

if TYPE_CHECKING:
    from imgsvc.sources.stores.aws.profiles import Step
    from imgsvc.sources.stores.aws.sts import Role, Sts

Place = Callable[[], Found | str]


class Chain:
    """Looks through all places; `region` is where roles are asked for."""

    def __init__(self, settings: S3Settings, aws: AwsSettings, region: str, client: StoreClient) -> None:
        self._aws = aws
        self._client = client
        self._region = region
        self._arn, self._external_id = settings.s3_assume_role_arn, settings.s3_assume_role_external_id

    @cached_property
    def _sts(self) -> "Sts":
        from imgsvc.sources.stores.aws.sts import Sts  # noqa: PLC0415

        return Sts(self._client, _sts_server(self._aws, self._region), self._region)

    def _role(self, arn: str, session: str = "", external_id: str = "") -> "Role":
        from imgsvc.sources.stores.aws.sts import Role  # noqa: PLC0415

        return Role(arn, session, external_id)

    def renew(self) -> Lease[Found]:
        """The credentials that are meant; a CredentialsError says where they were looked for."""
        absent: list[str] = []
        try:
            found = self._found(absent)
            if self._arn:
                found = self._sts.lend(self._role(self._arn, external_id=self._external_id), found)
        except (SourceError, RefusedProfileError) as error:
            tried = f" (before that: {'; '.join(absent)})" if absent else ""
            raise CredentialsError(f"no credentials for S3: {error}{tried}") from error
        return Lease(found, found.ends)

    def _found(self, absent: list[str]) -> Found:
        places: tuple[Place, ...] = (
            lambda: of_environment(self._aws),
            self._of_token,
            self._of_profile,
            self._of_container,
            self._of_instance,
        )
        for place in places:
            found = place()
            if isinstance(found, Found):
                return found
            absent.append(found)
        return Found(None, "nowhere: requests are not signed, for " + "; ".join(absent))

    def _of_token(self) -> Found | str:
        file, arn = self._aws.aws_web_identity_token_file, self._aws.aws_role_arn
        if not file:
            return "no token of a web identity (AWS_WEB_IDENTITY_TOKEN_FILE)"
        if not arn:
            raise CredentialsError("AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN")
        return self._for_token(self._role(arn, self._aws.aws_role_session_name), file)

    def _for_token(self, role: "Role", file: str) -> Found:
        try:
            token = Path(file).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise CredentialsError(f"the token of a web identity cannot be read: {error}") from error
        return self._sts.lend_for_token(role, token, f"the token in {file}")

    def _of_profile(self) -> Found | str:
        from imgsvc.sources.stores.aws.profiles import Profiles  # noqa: PLC0415

        step = Profiles(self._aws).step()
        return step if isinstance(step, str) else self._taken(step)

    def _of_container(self) -> Found | str:
        from imgsvc.sources.stores.aws.metadata import of_container  # noqa: PLC0415

        return of_container(self._client, self._aws)

    def _of_instance(self) -> Found | str:
        from imgsvc.sources.stores.aws.metadata import of_instance  # noqa: PLC0415

        return of_instance(self._client, self._aws)

    def _taken(self, step: "Step") -> Found:
        if step.keys:
            return Found(step.keys, f"profile {step.name}")
        if not step.role:
            raise CredentialsError(f"profile {step.name} names no credentials")
        if step.token_file:
            return self._for_token(step.role, step.token_file)
        return self._sts.lend(step.role, self._lender(step))

    def _lender(self, step: "Step") -> Found:
        if step.lender:
            return self._taken(step.lender)
        found = {
            "Environment": lambda: of_environment(self._aws),
            "EcsContainer": self._of_container,
            "Ec2InstanceMetadata": self._of_instance,
        }[step.source]()
        if isinstance(found, str):
            raise CredentialsError(f"profile {step.name}, credential_source {step.source}: {found}")
        return found


def _sts_server(aws: AwsSettings, region: str) -> SourceUrl:
    named = aws.aws_endpoint_url_sts or aws.aws_endpoint_url
    flavor = "-fips" if is_on(aws.aws_use_fips_endpoint) else ""
    return (server(named) if named else None) or SourceUrl.parse(f"https://sts{flavor}.{region}.{domain(region)}/")
