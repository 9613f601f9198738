"""Which source URLs may be fetched."""

import posixpath
import re

from imgsvc.errors import SourceNotAllowedError

_PATH = re.compile(r"([^:/?#]*://[^/?#]*)(/[^?#]*)")
_ENCODED_DOT = re.compile("%2e", re.IGNORECASE)


def check_source(url: str, patterns: tuple[re.Pattern[str], ...]) -> None:
    """Refuse a source URL that begins with none of `patterns`; without patterns all are allowed."""
    if not patterns:
        return
    # SECURITY: `..` is resolved behind this check, by the server or the file system, and must not lead out of a prefix.
    for each in {url, _resolved(url)}:
        if not any(pattern.match(each) for pattern in patterns):
            raise SourceNotAllowedError(f"{each!r} begins with none of ALLOWED_SOURCES")


def _resolved(url: str) -> str:
    """`url` without `.` and `..` in its path."""
    match = _PATH.match(url)
    if not match or "/." not in (path := _ENCODED_DOT.sub(".", match[2])):
        return url
    return match[1] + posixpath.normpath(path) + url[match.end() :]
