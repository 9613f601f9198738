"""What a URL of a store that is not HTTP names: a container, a key in it, a version."""

from typing import NamedTuple

from imgsvc.source_url import SourceUrl


class Key(NamedTuple):
    """`container` is a bucket, or for local files nothing; `key` is as it was written, with nothing decoded."""

    container: str
    key: str
    version: str = ""


def parse_key(source: SourceUrl, query_separator: str = "?") -> Key:
    """Split `scheme://container/key?version`; an empty separator never cuts.

    `%`, `#` and, behind the separator, `?` are ordinary characters of a key.
    """
    rest = source.path
    container = ""
    if rest.startswith("//"):
        container, slash, rest = rest[2:].partition("/")
        rest = slash + rest
    key, version = rest.lstrip("/"), ""
    if query_separator:
        key, _, version = key.partition(query_separator)
    return Key(container, key, version)
