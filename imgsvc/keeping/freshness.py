"""Decides whether what is kept may be answered with, and what the source is asked when it may not yet."""

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

# RFC 9111 5.2.2: by these a cache of many clients keeps nothing.
_NEVER = re.compile(r"(?:^|,)\s*(?:no-store|private)\s*(?:$|[,=])", re.IGNORECASE)
# What a client may have sent along to the source without the answer being its own.
_IMPERSONAL = frozenset({"if-none-match", "if-modified-since"})
_ALWAYS_ASK = re.compile(r"(?:^|,)\s*no-cache\s*(?:$|[,=])", re.IGNORECASE)
# The lifetime of shared caches outweighs that of all.
_LIFETIMES = tuple(
    re.compile(rf"(?:^|,)\s*{name}\s*=\s*\"?(\d{{1,10}})", re.IGNORECASE) for name in ("s-maxage", "max-age")
)


def may_be_kept(source_headers: Mapping[str, str]) -> bool:
    """Whether the source's Cache-Control leaves it to others than the client to keep what is made of it."""
    return not _NEVER.search(source_headers.get("cache-control", ""))


def is_everybodys(asked: Mapping[str, str]) -> bool:
    """Whether the answer to a source's request with these headers of its client is not that client's own."""
    return asked.keys() <= _IMPERSONAL


def is_fresh(source_headers: Mapping[str, str], *, checked: float, now: float, default_seconds: int) -> bool:
    """Whether a picture still holds whose source was asked at `checked`, both in Unix seconds.

    The source's own Cache-Control says how long, or its Expires; else it is `default_seconds`. One from the future is
    none: a clock was wrong then.
    """
    return 0 <= now - checked < _lifetime(source_headers, checked, default_seconds)


def conditions_of(source_headers: Mapping[str, str]) -> dict[str, str]:
    """What the source is asked, by its own validators; nothing where it gave none."""
    validators = {"if-none-match": "etag", "if-modified-since": "last-modified"}
    return {asked: source_headers[name] for asked, name in validators.items() if source_headers.get(name)}


def renewed_headers(before: Mapping[str, str], told: Mapping[str, str]) -> dict[str, str]:
    """Those of an answer that a source says with these still holds (RFC 9111 3.2); its age is what it is now."""
    return {name: value for name, value in before.items() if name != "age"} | dict(told)


def aged(headers: Mapping[str, str], seconds: int) -> dict[str, str]:
    """Those of an answer that has been kept for so long, as a cache tells them (RFC 9111 5.1)."""
    return {**headers, "age": str(age_of(headers) + seconds)} if seconds > 0 else dict(headers)


def _lifetime(source_headers: Mapping[str, str], checked: float, default_seconds: int) -> float:
    told = source_headers.get("cache-control", "")
    if _ALWAYS_ASK.search(told):
        return 0
    found = next(filter(None, (each.search(told) for each in _LIFETIMES)), None)
    if found:
        return int(found[1]) - age_of(source_headers)
    expires = _moment(source_headers["expires"]) if "expires" in source_headers else None
    return default_seconds - age_of(source_headers) if expires is None else expires - checked


def age_of(source_headers: Mapping[str, str]) -> int:
    """Seconds that an answer has been in caches, as it says itself."""
    told = source_headers.get("age", "").strip()
    return int(told) if told.isascii() and told.isdigit() and len(told) <= 10 else 0


def _moment(date: str) -> float:
    """Unix seconds; RFC 9111 5.3: what is no date is past."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return 0.0
