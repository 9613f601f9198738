"""Headers that the operator names: what sources and clients are sent beside what is computed here."""

import re
from collections.abc import Iterable

Pairs = tuple[tuple[str, str], ...]

# RFC 9110 5.6.2.
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?")
# Of one connection, or of how a message is cut out of it.
_OF_CONNECTION = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te"),
        *("trailer", "transfer-encoding", "upgrade", "content-length", "expect", "date"),
    }
)
# What a source is asked for: an answer to it would be taken for another one.
_OF_REQUESTS = _OF_CONNECTION | {
    *("accept-encoding", "content-type", "content-encoding", "range", "if-range"),
    *("if-match", "if-none-match", "if-modified-since", "if-unmodified-since"),
}
# What an answer says of itself, which is computed.
_OF_ANSWERS = _OF_CONNECTION | {
    *("content-type", "content-encoding", "content-range", "content-disposition", "accept-ranges", "server", "vary"),
    *("etag", "last-modified", "cache-control", "expires", "age", "pragma", "link", "retry-after", "x-request-id"),
    *("content-security-policy", "x-content-type-options"),
    *("access-control-allow-origin", "access-control-allow-methods"),
}


def pairs(text: str, separator: str) -> Pairs:
    """Names and values of `Name=value` items; ValueError says which is none."""
    found = []
    for item in text.split(separator) if text else ():
        name, equals, value = (each.strip() for each in item.partition("="))
        if not (_TOKEN.fullmatch(name) and equals and (not value or _VALUE.fullmatch(value))):
            raise ValueError(f"{name!r}" if name else "one without a name")
        found.append((name, value))
    return tuple(found)


def check_requested(names: Iterable[str]) -> None:
    """ValueError for a name that no source may be sent so."""
    _check(names, _OF_REQUESTS)


def check_answered(names: Iterable[str]) -> None:
    """ValueError for a name that no client may be sent so."""
    _check(names, _OF_ANSWERS)


def _check(names: Iterable[str], refused: frozenset[str]) -> None:
    for name in names:
        if not _TOKEN.fullmatch(name) or name.lower() in refused:
            raise ValueError(repr(name))
