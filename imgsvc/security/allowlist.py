"""Which source URLs may be fetched."""

import posixpath
import re
from collections.abc import Iterator

from imgsvc.errors import SourceNotAllowedError, SourceUrlError
from imgsvc.security.patterns import SourcePattern
from imgsvc.source_url import SourceUrl

_DOT_SEGMENT = re.compile(r"/\.\.?(?:/|$)")
_ENCODED = re.compile("%(?:2e|2f|5c)", re.IGNORECASE)
_DECODED = {"%2e": ".", "%2f": "/", "%5c": "/"}
_BUCKET = re.compile("//[^/]*")


def check_source(source: SourceUrl, patterns: tuple[SourcePattern, ...]) -> None:
    """Refuse a source URL that begins with none of `patterns`; without patterns all are allowed.

    SECURITY: one that is secret is refused as one that cannot be decrypted is, for the answer must not tell them apart.
    """
    if not patterns:
        return
    for path in _readings(source):
        if not any(pattern.matches(source, path) for pattern in patterns):
            refuse = SourceUrlError if source.is_secret else SourceNotAllowedError
            raise refuse(f"{source} begins with none of ALLOWED_SOURCES")


def _readings(source: SourceUrl) -> Iterator[str]:
    """The path, and where it would lead if whoever is behind this check decoded it and resolved its dots.

    SECURITY: `..` may be resolved there, by the server or the file system, and must not lead out of a prefix.
    """
    yield source.path
    path = _ENCODED.sub(lambda match: _DECODED[match[0].lower()], source.path.replace("\\", "/"))
    if _DOT_SEGMENT.search(path):
        found = None if source.is_http else _BUCKET.match(path)
        bucket = found[0] if found else ""
        yield f"{bucket}/{posixpath.normpath(path[len(bucket) :]).lstrip('/')}"
