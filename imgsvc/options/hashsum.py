"""Hashsum: by which a URL says what bytes its source has."""

from typing import NamedTuple

# Hex digits of each type's digest; the types are functions of `hashlib`.
DIGITS = {"md5": 32, "sha1": 40, "sha256": 64, "sha512": 128}


class Hashsum(NamedTuple):
    """The type of a digest and its lower-case hex digits; both are empty where nothing is said."""

    type: str = ""
    digest: str = ""
