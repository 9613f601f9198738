"""A sitemap, or an index of them, as a catalogue: what it says of pictures (sitemaps.org, Google's image sitemaps)."""

import re
import zlib
from collections.abc import Callable, Iterator
from xml.parsers import expat

from imgsvc.options.formats import BY_WORD
from imgsvc.warming.units import Unit

# sitemaps.org: of a file, unpacked, and of the files that an index names.
MOST_BYTES = 50 << 20
MOST_SITEMAPS = 50_000
_GZIP_BEGINS = b"\x1f\x8b"
_GZIP = zlib.MAX_WBITS | 16
_IMAGES = "http://www.google.com/schemas/sitemap-image/1.1"
_SPACE = " "
_NAMED = re.compile(r"\.(\w+)$")
Fetch = Callable[[str], bytes]


class SitemapError(Exception):
    """This is no sitemap, with the reason."""


def pictures(url: str, fetch: Fetch) -> Iterator[Unit]:
    """The pictures of a sitemap, or of each that an index names; an index in an index is not gone into."""
    found = _parsed(url, fetch(url))
    yield from found.units
    for each in found.sitemaps[:MOST_SITEMAPS]:
        yield from _parsed(each, fetch(each)).units


class _Sitemap:
    """What a file holds; its own pictures, and pages that are pictures by their name."""

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.sitemaps: list[str] = []
        self._text: list[str] | None = None
        self._path: list[str] = []
        self._images: list[str] = []
        self._page = self._mark = ""

    def begin(self, name: str, _attributes: object) -> None:
        self._path.append(name)
        self._text = []

    def text(self, text: str) -> None:
        if self._text is not None:
            self._text.append(text)

    def end(self, _name: str) -> None:
        name, text = self._path.pop(), "".join(self._text or ()).strip()
        self._text = None
        space, _, word = name.rpartition(_SPACE)
        parent = self._path[-1].rpartition(_SPACE)[2] if self._path else ""
        if space == _IMAGES and word == "loc":
            self._images.append(text)
        elif (parent, word) == ("url", "loc"):
            self._page = text
        elif (parent, word) == ("url", "lastmod"):
            self._mark = text
        elif (parent, word) == ("sitemap", "loc"):
            self.sitemaps.append(text)
        elif word == "url":
            self._add()

    def _add(self) -> None:
        """A page has come to its end."""
        word = _NAMED.search(self._page.partition("?")[0])
        own = [self._page] if word and word[1].lower() in BY_WORD else []
        self.units += [Unit(each, self._mark) for each in dict.fromkeys([*self._images, *own]) if each]
        self._images, self._page, self._mark = [], "", ""


def _parsed(url: str, body: bytes) -> _Sitemap:
    found = _Sitemap()
    parser = expat.ParserCreate(namespace_separator=_SPACE)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = found.begin, found.end
    parser.CharacterDataHandler = found.text
    # SECURITY: nothing in a sitemap is an entity of its own, and what they grow to is memory.
    parser.EntityDeclHandler = _refused
    try:
        parser.Parse(_unpacked(body), True)
    except (expat.ExpatError, zlib.error, ValueError) as error:
        raise SitemapError(f"{url} is no sitemap: {error}") from error
    return found


def _refused(*_declared: object) -> None:
    raise ValueError("it declares entities")


def _unpacked(body: bytes) -> bytes:
    if not body.startswith(_GZIP_BEGINS):
        return body
    unpacked = zlib.decompressobj(_GZIP).decompress(body, MOST_BYTES + 1)
    if len(unpacked) > MOST_BYTES:
        raise ValueError(f"it has more than {MOST_BYTES >> 20} MB")
    return unpacked
