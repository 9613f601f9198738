"""Credentials of AWS that were found, or that there is no need of any."""

from math import inf
from typing import NamedTuple

from imgsvc.errors import CredentialsError
from imgsvc.sources.stores.aws.settings import AwsSettings
from imgsvc.sources.stores.aws.sigv4 import Credentials


class Found(NamedTuple):
    """Credentials, none for public buckets; where they are from, in words; and when they end, as time.time() counts."""

    credentials: Credentials | None
    where: str
    ends: float = inf


def of_environment(aws: AwsSettings) -> Found | str:
    """The keys in the environment; why there are none."""
    key, secret = aws.aws_access_key_id, aws.aws_secret_access_key
    if not (key or secret):
        return "no keys in the environment (AWS_ACCESS_KEY_ID)"
    if not (key and secret):
        raise CredentialsError("of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set")
    return Found(Credentials(key, secret, aws.aws_session_token), "the environment (AWS_ACCESS_KEY_ID)")


class RefusedProfileError(Exception):
    """A profile asks for a program, a person or a device; the server does not start with it."""
