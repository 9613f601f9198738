"""Whether a source is the one that its URL names by a digest."""

import hashlib
from hmac import compare_digest

from imgsvc.errors import HashsumError
from imgsvc.options.hashsum import Hashsum


def check_hashsum(body: bytes, wanted: Hashsum) -> None:
    """Refuse a source of other bytes; where nothing is wanted, none."""
    if not wanted.type:
        return
    found = hashlib.new(wanted.type, body, usedforsecurity=False).hexdigest()
    if not compare_digest(found, wanted.digest):
        raise HashsumError(f"the source's {wanted.type} is {found}, and the URL's is {wanted.digest}")
