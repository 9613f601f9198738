"""How stores are asked what they have below a prefix, and what their answers say: three ways for four stores."""

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import NamedTuple
from urllib.parse import quote

_DELIMITER = "/"


class Page(NamedTuple):
    """A part of a list: names, or folders with their slash; `after` is where the next one begins, if there is one."""

    names: tuple[str, ...]
    after: str = ""


class Listing(NamedTuple):
    """A query for prefix, delimiter and where to go on, and what reads its answer."""

    query: Callable[[str, str, str], Mapping[str, str]]
    read: Callable[[bytes], Page]


def spelled(query: Mapping[str, str]) -> str:
    """A query as it is sent and signed."""
    return "&".join(f"{name}={quote(value, safe='-._~')}" for name, value in query.items())


def _amazons_query(prefix: str, delimiter: str, after: str) -> dict[str, str]:
    return _given({"prefix": prefix, "delimiter": delimiter, "marker": after})


def _azures_query(prefix: str, delimiter: str, after: str) -> dict[str, str]:
    asked = {"restype": "container", "comp": "list", "prefix": prefix, "delimiter": delimiter, "marker": after}
    return _given(asked)


def _given(query: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in query.items() if value}


def _amazons_page(body: bytes) -> Page:
    # Of a delimiter's folders the last may be behind the last name.
    names = _found(rb"<(?:Key|CommonPrefixes>\s*<Prefix)>([^<]*)<", body)
    is_cut = re.search(rb"<IsTruncated>\s*true", body) is not None
    told = _found(rb"<NextMarker>([^<]*)<", body)
    return Page(names, (told or (max(names, default=""),))[0] if is_cut else "")


def _azures_page(body: bytes) -> Page:
    told = _found(rb"<NextMarker>([^<]+)<", body)
    return Page(_found(rb"<(?:Blob|BlobPrefix)>\s*<Name>([^<]*)<", body), told[0] if told else "")


def _swifts_page(body: bytes) -> Page:
    """One a line; there is no more where there is nothing."""
    names = tuple(body.decode("utf-8", "replace").splitlines())
    return Page(names, names[-1] if names else "")


def _found(pattern: bytes, body: bytes) -> tuple[str, ...]:
    """PERF: as elsewhere in these rooms, a pattern that few need is compiled when it is needed."""
    return tuple(unescape(each.decode("utf-8", "replace")) for each in re.findall(pattern, body))


AMAZONS = Listing(_amazons_query, _amazons_page)
AZURES = Listing(_azures_query, _azures_page)
SWIFTS = Listing(_amazons_query, _swifts_page)
