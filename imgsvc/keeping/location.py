"""Where entries are kept, as a setting says it: a folder, or a bucket and what its keys begin with."""

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from imgsvc.settings.env import Kind

# Keys are made of it as it stands, and no server or proxy has anything to fold.
_PREFIX = re.compile(r"(?:(?!\.{1,2}/)[A-Za-z0-9._~-]+/)*")
_BUCKET_SCHEMES = ("s3", "gs", "abs", "swift")


class Location(NamedTuple):
    """A folder, or a container and what the keys in it begin with: empty, or with a slash at its end."""

    scheme: str
    name: str
    prefix: str = ""

    @property
    def folder(self) -> Path | None:
        """The folder, where it is one."""
        return Path(self.name) if self.scheme == "file" else None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.name}/{self.prefix}" if self.folder is None else self.folder.as_uri()


def location(text: str) -> Location:
    """What a URL names; ValueError where that is nothing to keep anything in."""
    scheme, separator, rest = text.partition("://")
    if separator and scheme == "file":
        path = Path(unquote(rest))
        if path.is_absolute() and path != Path("/"):
            return Location("file", str(path))
    elif separator and scheme in _BUCKET_SCHEMES:
        name, _, prefix = rest.partition("/")
        prefix = f"{prefix.rstrip('/')}/" if prefix.rstrip("/") else ""
        if name and _PREFIX.fullmatch(prefix):
            return Location(scheme, name, prefix)
    raise ValueError(text)


LOCATION: Kind[Location | None] = Kind(
    "file:/// and the path of a folder, or s3://, gs://, abs:// or swift:// with a bucket and a plain prefix",
    location,
    lambda found: str(found or ""),
)
