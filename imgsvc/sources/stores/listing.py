"""How stores are asked what they have below a prefix, and what their answers say: three ways for four stores."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote
from xml.parsers import expat

from imgsvc.errors import SourceUnreachableError

# A key may hold what XML 1.0 (2.2) may not, and is told by this. It is none of ours, and no list fails of it.
_NO_CHARACTER = rb"&#(?:x0*(?:[1-8bcef]|1[0-9a-f])|0*(?:[1-8]|1[124-9]|2[0-9]|3[01]));"
_UNKNOWN = "\N{REPLACEMENT CHARACTER}".encode()


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
    texts = _texts(body)
    names = tuple(texts("Contents/Key", "CommonPrefixes/Prefix"))
    is_cut = "true" in map(str.strip, texts("ListBucketResult/IsTruncated"))
    told = next(texts("ListBucketResult/NextMarker"), "") or max(names, default="")
    return Page(names, told if is_cut else "")


def _azures_page(body: bytes) -> Page:
    texts = _texts(body)
    names = tuple(texts("Blob/Name", "BlobPrefix/Name"))
    return Page(names, next(texts("EnumerationResults/NextMarker"), ""))


def _swifts_page(body: bytes) -> Page:
    """One a line; there is no more where there is nothing."""
    names = tuple(body.decode("utf-8", "replace").splitlines())
    return Page(names, names[-1] if names else "")


def _texts(body: bytes) -> Callable[..., Iterator[str]]:
    """The texts of elements by their names and their parents'; SourceUnreachableError for what is no XML."""
    opened: list[str] = [""]
    found: list[tuple[str, str]] = []
    text: list[str] = []

    def start(name: str, _attributes: object) -> None:
        opened.append(name)
        text.clear()

    def end(_name: str) -> None:
        found.append(("/".join(opened[-2:]), "".join(text)))
        opened.pop()
        text.clear()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = _refuse
    try:
        # PERF: as elsewhere in these rooms, a pattern that few need is compiled when it is needed.
        parser.Parse(re.sub(_NO_CHARACTER, _UNKNOWN, body, flags=re.IGNORECASE), True)
    except (expat.ExpatError, ValueError) as error:
        raise SourceUnreachableError(f"the list cannot be read: {error}") from None
    return lambda *names: (each for name, each in found if name in names)


def _refuse(*_doctype: object) -> None:
    """SECURITY: no store's list declares anything, and entities grow."""
    raise ValueError("it has a document type")


AMAZONS = Listing(_amazons_query, _amazons_page)
AZURES = Listing(_azures_query, _azures_page)
SWIFTS = Listing(_amazons_query, _swifts_page)
