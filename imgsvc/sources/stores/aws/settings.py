"""Settings of S3 sources, and AWS's own variables, which are read as its SDKs read them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.errors import SourceUnreachableError
from imgsvc.settings.env import BOOLEAN, LIST, PAIRS, STRING, setting
from imgsvc.source_url import SourceUrl

REGION = re.compile(r"[a-z0-9-]{1,40}")
# COMPAT: imgproxy's, where nothing names another one.
DEFAULT_REGION = "us-west-1"
# Of one access point, in one region: a multi-region one wants signatures of another kind.
ACCESS_POINT = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):(?P<service>s3|s3-object-lambda|s3-outposts):(?P<region>[a-z0-9-]+):"
    r"(?P<account>[0-9]{12}):(?:outpost[/:](?P<outpost>op-[0-9a-z]+)[/:])?accesspoint[/:](?P<name>[a-z0-9-]{3,50})"
)


def server(text: str) -> SourceUrl | None:
    """An endpoint as settings name it; http where it has no scheme. None where it is none."""
    try:
        found = SourceUrl.parse(text if "://" in text else f"http://{text}")
    except SourceUnreachableError:
        return None
    return found if found.is_http and not found.query and not found.userinfo else None


@dataclass(frozen=True, slots=True)
class S3Settings:
    """Sources in Amazon S3 and in what speaks like it; docs/sources.md has a policy with the least rights."""

    use_s3: bool = setting(False, BOOLEAN, "Read s3://bucket/key?version.")
    s3_region: str = setting(
        "", STRING, "Region of the buckets; of one that is elsewhere it is learned.", zero="AWS_REGION, or us-west-1"
    )
    s3_endpoint: str = setting(
        "", STRING, "Server in place of Amazon's; http:// where it has no scheme.", zero="Amazon's of the region"
    )
    s3_endpoint_use_path_style: bool = setting(
        True, BOOLEAN, "With S3_ENDPOINT: the bucket begins the path, and is no part of the host."
    )
    s3_assume_role_arn: str = setting("", STRING, "Role that is taken with the credentials that are found.")
    s3_assume_role_external_id: str = setting("", STRING, "External id that the role asks for.")
    s3_allowed_buckets: tuple[str, ...] = setting((), LIST, "Buckets that may be read.", zero="all")
    s3_denied_buckets: tuple[str, ...] = setting((), LIST, "Buckets that may not; this outweighs the other list.")
    s3_access_points: tuple[tuple[str, str], ...] = setting(
        (), PAIRS, "Access points: name in URLs and its ARN, name=arn;name=arn."
    )

    def __post_init__(self) -> None:
        if self.s3_region and not REGION.fullmatch(self.s3_region):
            raise ValueError("S3_REGION such as eu-central-1")
        if self.s3_endpoint and not server(self.s3_endpoint):
            raise ValueError("S3_ENDPOINT as host, host:port or an http URL without user name and query")
        if not all(ACCESS_POINT.fullmatch(arn) for _, arn in self.s3_access_points):
            raise ValueError("S3_ACCESS_POINTS with ARNs of access points that are in one region each")


def _plain(names: str, meaning: str, *, zero: str = "", secret: bool = False) -> str:
    """A variable of Amazon's own; of several names the first that is set counts, as in its SDK for Go."""
    text: str = setting("", STRING, meaning, zero=zero, secret=secret, plain_names=tuple(names.split()))
    return text


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """Credentials of AWS, and where they are looked for, in this order: keys, token, profile, container, instance.

    Profiles that ask for SSO, an MFA device or another program are refused: docs/sources.md.
    """

    aws_access_key_id: str = _plain("AWS_ACCESS_KEY_ID AWS_ACCESS_KEY", "Key id.")
    aws_secret_access_key: str = _plain(
        "AWS_SECRET_ACCESS_KEY AWS_SECRET_KEY", "The secret that belongs to it.", secret=True
    )
    aws_session_token: str = _plain("AWS_SESSION_TOKEN", "Token of keys that are lent for a while.", secret=True)
    aws_region: str = _plain("AWS_REGION AWS_DEFAULT_REGION", "Region.", zero="the profile's")
    aws_web_identity_token_file: str = _plain("AWS_WEB_IDENTITY_TOKEN_FILE", "File with a token, as EKS mounts it.")
    aws_role_arn: str = _plain("AWS_ROLE_ARN", "Role that is taken with this token.")
    aws_role_session_name: str = _plain("AWS_ROLE_SESSION_NAME", "Name of the session then.", zero="imgsvc")
    aws_profile: str = _plain("AWS_PROFILE AWS_DEFAULT_PROFILE", "Profile in the two files.", zero="default")
    aws_config_file: str = _plain("AWS_CONFIG_FILE", "File with profiles.", zero="~/.aws/config")
    aws_shared_credentials_file: str = _plain(
        "AWS_SHARED_CREDENTIALS_FILE", "File with keys of profiles.", zero="~/.aws/credentials"
    )
    aws_container_credentials_relative_uri: str = _plain(
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "Path at 169.254.170.2, as ECS sets it."
    )
    aws_container_credentials_full_uri: str = _plain(
        "AWS_CONTAINER_CREDENTIALS_FULL_URI", "URL, as EKS's pod identity sets it: https, or an address of the machine."
    )
    aws_container_authorization_token: str = _plain(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN", "What is sent there.", secret=True
    )
    aws_container_authorization_token_file: str = _plain(
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "File with what is sent there."
    )
    aws_ec2_metadata_disabled: str = _plain(
        "AWS_EC2_METADATA_DISABLED",
        "true: the instance is not asked; where nothing else gives credentials, requests are not signed then.",
    )
    aws_ec2_metadata_service_endpoint: str = _plain(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT", "Where the instance is asked.", zero="http://169.254.169.254"
    )
    aws_ec2_metadata_service_endpoint_mode: str = _plain(
        "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6: at its IPv6 address.", zero="IPv4"
    )
    aws_endpoint_url: str = _plain("AWS_ENDPOINT_URL", "Server in place of Amazon's, for S3 and STS.")
    aws_endpoint_url_s3: str = _plain("AWS_ENDPOINT_URL_S3", "The same for S3 alone; S3_ENDPOINT outweighs it.")
    aws_endpoint_url_sts: str = _plain("AWS_ENDPOINT_URL_STS", "The same for STS alone, which lends roles.")
    aws_use_fips_endpoint: str = _plain("AWS_USE_FIPS_ENDPOINT", "true: Amazon's FIPS endpoints.")
    aws_use_dualstack_endpoint: str = _plain("AWS_USE_DUALSTACK_ENDPOINT", "true: Amazon's endpoints with IPv6 too.")

    def faults(self) -> Iterator[str]:
        """What cannot be used. Only who reads S3 is told: these variables are for every program of a machine."""
        if self.aws_region and not REGION.fullmatch(self.aws_region):
            yield "AWS_REGION such as eu-central-1"
        for name in (
            "aws_endpoint_url",
            "aws_endpoint_url_s3",
            "aws_endpoint_url_sts",
            "aws_ec2_metadata_service_endpoint",
        ):
            if (url := getattr(self, name)) and not server(url):
                yield f"{name.upper()} as an http URL without user name and query"
        if self.aws_ec2_metadata_service_endpoint_mode.lower() not in ("", "ipv4", "ipv6"):
            yield "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE as IPv4 or IPv6"
        if bool(self.aws_access_key_id) != bool(self.aws_secret_access_key):
            yield "AWS_ACCESS_KEY_ID together with AWS_SECRET_ACCESS_KEY"
        if self.aws_web_identity_token_file and not self.aws_role_arn:
            yield "AWS_WEB_IDENTITY_TOKEN_FILE together with AWS_ROLE_ARN"

    @property
    def profile_files(self) -> tuple[str, str]:
        """The file with profiles, and the one with their keys."""
        return self.aws_config_file or "~/.aws/config", self.aws_shared_credentials_file or "~/.aws/credentials"

    def is_silent(self) -> bool:
        """Whether no variable says where credentials are, and the instance is not to be asked."""
        return is_on(self.aws_ec2_metadata_disabled) and not (
            self.aws_access_key_id
            or self.aws_web_identity_token_file
            or self.aws_profile
            or self.aws_container_credentials_relative_uri
            or self.aws_container_credentials_full_uri
        )


def is_on(value: str) -> bool:
    """Whether one of AWS's switches is on; COMPAT: its SDKs take `true` alone, in any case."""
    return value.lower() == "true"


def s3_cautions(settings: S3Settings, aws: AwsSettings) -> Iterator[str]:
    """A sentence for what may not be meant so."""
    if settings.use_s3 and aws.is_silent():
        yield "USE_S3 is on, and no variable says where credentials are: without a profile, requests are not signed"
