"""Which containers may be read, as S3_ALLOWED_BUCKETS and S3_DENIED_BUCKETS and their like list them."""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from imgsvc.errors import SourceUnreachableError

_ENCODED = re.compile("%(?:2e|2f|5c)", re.IGNORECASE)
_DECODED = {"%2e": ".", "%2f": "/", "%5c": "/"}


class Containers(NamedTuple):
    """Those that `allowed` lists, all where it lists none, less those that `denied` lists.

    `setting` is what the two settings begin with.
    """

    allowed: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    setting: str = ""

    def check(self, container: str, key: str = "") -> None:
        """Raise SourceUnreachableError where this one may not be read, or where the key might lead to may not."""
        if self.allowed or self.denied:
            for each in _reached(container, key):
                self._check(each)

    def _check(self, container: str) -> None:
        if container in self.denied:
            raise SourceUnreachableError(f"{self.setting}_DENIED_BUCKETS lists {container}")
        if self.allowed and container not in self.allowed:
            raise SourceUnreachableError(f"{self.setting}_ALLOWED_BUCKETS does not list {container!r}")


def _reached(container: str, key: str) -> Iterator[str]:
    """The container, and the one that a server or proxy would read from which resolved the key's dots.

    SECURITY: the path is sent as it stands; what becomes of `shop/../secret/a` is said by whoever gets it.
    """
    yield container
    path = _ENCODED.sub(lambda match: _DECODED[match[0].lower()], key.replace("\\", "/"))
    if ".." in path:
        yield posixpath.normpath(f"/{container}/{path}").split("/")[1]
