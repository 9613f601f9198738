"""Decides what caches are told: freshness lifetime, validators, and which conditions reach the source."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime

from imgsvc.keeping.freshness import age_of
from imgsvc.web.headers.tags import source_tags, tag_of
from imgsvc.web.settings import CacheSettings

# The number alone: whatever else there is stays as the source wrote it.
_LIFETIME = re.compile(r"((?:^|,)\s*(?:s-maxage|max-age)\s*=\s*\"?)(\d{1,10})", re.IGNORECASE)
_OF_SHARED_CACHES = ("public", "private", "s-maxage")


def http_date(text: str) -> datetime | None:
    """The moment that an HTTP date names; None if it is none."""
    try:
        moment = parsedate_to_datetime(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def max_age(settings: CacheSettings, *, expires: int, now: float, fallback_ttl: int = 0) -> int | None:
    """Seconds that this answer in particular may be kept; None leaves it to the settings.

    `expires` is the URL's own moment in Unix seconds, 0 or less for none; `fallback_ttl` is that of a fallback image.
    """
    if expires <= 0:
        return fallback_ttl or None
    left = int(max(0.0, expires - now))
    return fallback_ttl if 0 < fallback_ttl <= left else min(settings.ttl, left)


def cache_control(
    settings: CacheSettings, source_headers: Mapping[str, str], *, status: int, now: float, max_age: int | None = None
) -> str:
    """The Cache-Control of an answer; empty if it has none. `max_age` outweighs everything."""
    if max_age:
        return _public(max_age)
    if status >= 400:
        return ""
    if max_age == 0:
        return "no-cache"
    if settings.cache_control_passthrough and (passed := _source_lifetime(source_headers, now)):
        return passed
    return _public(settings.ttl) if settings.ttl > 0 else "no-cache"


def private(cache_control: str) -> str:
    """A Cache-Control by which no cache of many clients keeps the answer: it was fetched with one client's cookies."""
    if '"' in cache_control:
        return "private, no-cache"
    directives = [each.strip() for each in cache_control.split(",")]
    kept = [each for each in directives if each and each.partition("=")[0].strip().lower() not in _OF_SHARED_CACHES]
    return ", ".join([*kept, "private"])


def _public(seconds: int) -> str:
    return f"max-age={seconds}, public"


def _source_lifetime(headers: Mapping[str, str], now: float) -> str:
    if value := headers.get("cache-control"):
        return _left_of(value, age_of(headers))
    # What servers of HTTP/1.0 have in place of it.
    if "no-cache" in headers.get("pragma", "").lower():
        return "no-cache"
    expires = http_date(headers.get("expires", ""))
    left = int(expires.timestamp() - now) if expires else 0
    return _public(left) if left > 0 else ""


def _left_of(cache_control: str, age: int) -> str:
    """What is left of the source's lifetimes after so many seconds in caches, our own among them."""
    return _LIFETIME.sub(lambda found: f"{found[1]}{max(0, int(found[2]) - age)}", cache_control)


def validators(settings: CacheSettings, source_headers: Mapping[str, str], variant: str = "") -> dict[str, str]:
    """ETag and Last-Modified of a rendition: the source's own, with the busters and the variant worked in."""
    found = {}
    if settings.use_etag and (tag := source_headers.get("etag")):
        found["ETag"] = tag_of(tag, buster=settings.etag_buster, variant=variant)
    if settings.use_last_modified and (date := source_headers.get("last-modified")):
        found |= _last_modified(date, settings.last_modified_buster)
    return found


def _last_modified(date: str, floor: datetime | None) -> dict[str, str]:
    moment = http_date(date)
    if moment is None:
        return {}
    return {"Last-Modified": format_datetime(floor.astimezone(UTC), usegmt=True) if floor and moment < floor else date}


def conditions(settings: CacheSettings, client_headers: Mapping[str, str], variant: str = "") -> dict[str, str]:
    """The client's conditions as the source is asked; header names are lower case on both sides.

    A tag without the buster of today, or of another variant, is of another rendition: then no condition holds.
    """
    found = {}
    if settings.use_etag and (tags := client_headers.get("if-none-match")):
        originals = source_tags(tags, buster=settings.etag_buster, variant=variant)
        if not originals:
            return {}
        found["if-none-match"] = originals
    if settings.use_last_modified and (date := client_headers.get("if-modified-since")):
        floor, moment = settings.last_modified_buster, http_date(date)
        if floor is None or (moment is not None and moment > floor):
            found["if-modified-since"] = date
    return found
