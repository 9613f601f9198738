"""Credentials that the machine gives to what runs on it: of an EC2 instance, and of a container of ECS or EKS."""

import json
from ipaddress import ip_address
from pathlib import Path

from imgsvc.errors import CredentialsError, SourceError
from imgsvc.source_url import SourceUrl
from imgsvc.sources.budget import current, spending
from imgsvc.sources.stores.asking import Answer, Ask, StoreClient
from imgsvc.sources.stores.aws.found import Found
from imgsvc.sources.stores.aws.settings import AwsSettings, is_on, server
from imgsvc.sources.stores.aws.sigv4 import Credentials
from imgsvc.sources.stores.aws.sts import moment

# All of its answers; where there is no instance, nobody answers.
INSTANCE_SECONDS = 2.0
_INSTANCE = {"": "http://169.254.169.254", "ipv4": "http://169.254.169.254", "ipv6": "http://[fd00:ec2::254]"}
_ROLES = "/latest/meta-data/iam/security-credentials/"
_CONTAINER = "http://169.254.170.2"
# What may be asked without TLS, besides this machine itself: ECS, and EKS's pod identity.
_CONTAINER_ADDRESSES = frozenset({"169.254.170.2", "169.254.170.23", "fd00:ec2::23"})


def of_instance(client: StoreClient, aws: AwsSettings) -> Found | str:
    """The instance's role, by IMDSv2; why there is none where it is not asked."""
    if is_on(aws.aws_ec2_metadata_disabled):
        return "the instance is not asked (AWS_EC2_METADATA_DISABLED)"
    usual = _INSTANCE[aws.aws_ec2_metadata_service_endpoint_mode.lower()]
    base = server(aws.aws_ec2_metadata_service_endpoint or usual)
    if base is None:
        raise CredentialsError("AWS_EC2_METADATA_SERVICE_ENDPOINT is no http URL")
    name = f"the instance at {base.origin}"
    with spending(current().within(INSTANCE_SECONDS)):
        asked = Ask(base.asking("/latest/api/token"), {"x-aws-ec2-metadata-token-ttl-seconds": "300"}, "PUT", b"", True)
        token = {"x-aws-ec2-metadata-token": _text(client, asked, name)}
        role = _text(client, Ask(base.asking(_ROLES), token, is_direct=True), name).split("\n")[0].strip()
        try:
            asked = Ask(base.asking(_ROLES + role), token, is_direct=True)
        except ValueError:
            raise CredentialsError(f"{name} names no role") from None
        return _found(_answered(client, asked, name), f"{name}, role {role}")


def of_container(client: StoreClient, aws: AwsSettings) -> Found | str:
    """What the container's agent gives; why there is nothing where none is named."""
    relative, full = aws.aws_container_credentials_relative_uri, aws.aws_container_credentials_full_uri
    if not (relative or full):
        return "no container (AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI)"
    variable = "AWS_CONTAINER_CREDENTIALS_" + ("RELATIVE_URI" if relative else "FULL_URI")
    try:
        url = SourceUrl.parse(f"{_CONTAINER}/{relative.lstrip('/')}" if relative else full)
    except SourceError as error:
        raise CredentialsError(f"{variable}: {error}") from error
    if not url.is_http or (url.scheme == "http" and not _is_near(url.host)):
        raise CredentialsError(f"{variable} is neither https nor at an address of this machine")
    authorization = _authorization(aws)
    headers = {"authorization": authorization} if authorization else {}
    ask = Ask(url.asking(url.target), headers, is_direct=url.scheme == "http")
    name = f"the container's agent at {url.origin}"
    return _found(_answered(client, ask, name), name)


def _is_near(host: str) -> bool:
    try:
        return host in _CONTAINER_ADDRESSES or ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _authorization(aws: AwsSettings) -> str:
    """Read anew each time: it is exchanged while it is mounted."""
    value, path = aws.aws_container_authorization_token, aws.aws_container_authorization_token_file
    if path:
        try:
            value = Path(path).read_text("utf-8").strip()
        except (OSError, ValueError) as error:
            raise CredentialsError(f"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: {error}") from error
    if not (value.isascii() and value.isprintable()) and value:
        raise CredentialsError("AWS_CONTAINER_AUTHORIZATION_TOKEN holds what no header may")
    return value


def _answered(client: StoreClient, ask: Ask, name: str) -> Answer:
    try:
        answer = client.answer(ask, name)
    except SourceError as error:
        raise CredentialsError(f"{name} does not answer: {error}") from error
    if answer.status != 200:
        raise CredentialsError(f"{name} answered {answer.status}")
    return answer


def _text(client: StoreClient, ask: Ask, name: str) -> str:
    return _answered(client, ask, name).body.decode("ascii", "replace")


def _found(answer: Answer, where: str) -> Found:
    try:
        said = json.loads(answer.body)
        credentials = Credentials(str(said["AccessKeyId"]), str(said["SecretAccessKey"]), str(said["Token"]))
        return Found(credentials, where, moment(str(said["Expiration"])))
    except (KeyError, TypeError, ValueError):
        # SECURITY: not even in the cause, whose text may be the answer's.
        raise CredentialsError(f"{where} answered something else than credentials") from None
