"""HTML as a browser reads it: elements with their attributes, and what `srcset` lets it choose from."""

from html.parser import HTMLParser
from typing import NamedTuple


class Element(NamedTuple):
    """A start tag."""

    name: str
    attributes: dict[str, str]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append(Element(tag, {name: value or "" for name, value in attrs}))


def elements(html: str) -> list[Element]:
    """Every element, in order."""
    reader = _Reader()
    reader.feed(html)
    return reader.found


def candidates(srcset: str) -> list[tuple[str, str]]:
    """URL and descriptor of each: white space ends a URL, and commas at its end are no part of it."""
    found, rest = [], srcset.lstrip(" \t\n\f\r,")
    while rest:
        url = rest.split(None, 1)[0]
        rest = rest[len(url) :]
        if url.endswith(","):
            found.append((url.rstrip(","), ""))
        else:
            descriptor, _, rest = rest.partition(",")
            found.append((url, descriptor.strip()))
        rest = rest.lstrip(" \t\n\f\r,")
    return found
