"""Credentials of AWS that were found, or that there is no need of any."""

from dataclasses import dataclass
from math import inf

from imgsvc.sources.stores.aws.sigv4 import Credentials


@dataclass(frozen=True, slots=True)
class Found:
    """Credentials, none for public buckets; where they are from, in words; and when they end, as time.time() counts."""

    credentials: Credentials | None
    where: str
    ends: float = inf


class RefusedProfileError(Exception):
    """A profile asks for a program, a person or a device; the server does not start with it."""
