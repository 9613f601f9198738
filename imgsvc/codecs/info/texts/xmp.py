"""Tells the properties of XMP (ISO 16684-1): an object for each prefix of a namespace, with texts, lists and objects.

SECURITY: a document type ends it, and with that every entity; how deep it goes and how much is in it have bounds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.info.outline import MOST_BLOCK_BYTES
from imgsvc.errors import UndecodableImageError

# Histories of editing have some hundreds.
NODES = Bound(20_000, "xmp elements and attributes")
DEPTH = Bound(48, "xmp elements within each other")

_RDF, _XML = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/XML/1998/namespace"
_DEFAULT_LANGUAGE = "x-default"
# Whoever writes where a picture was taken calls it so; one maker with a letter too many.
_POSITION = re.compile(r"gps|.*(latitude|longt?itude)", re.IGNORECASE)


@dataclass(slots=True)
class _Element:
    """Namespace, name and prefix, as of its attributes."""

    key: tuple[str, str, str]
    attributes: dict[tuple[str, str, str], str]
    inner: list["_Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.texts).strip()

    def rdf(self, name: str) -> str:
        """Its attribute of this name in RDF's namespace."""
        return next((value for (space, each, _), value in self.attributes.items() if (space, each) == (_RDF, name)), "")

    def is_rdf(self, *names: str) -> bool:
        return self.key[0] == _RDF and self.key[1] in names


class _Reader:
    def __init__(self) -> None:
        self.root = _Element(("", "", ""), {})
        self._open = [self.root]
        self._count = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.namespace_prefixes = True
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        self.parser = parser

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1 + len(attributes)
        NODES.hold(self._count)
        DEPTH.hold(len(self._open))
        element = _Element(_key(name), {_key(each): value for each, value in attributes.items()})
        self._open[-1].inner.append(element)
        self._open.append(element)

    def _end(self, _name: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        self._open[-1].texts.append(text)

    def _refuse(self, *_: object) -> None:
        raise UndecodableImageError("an XMP with a document type")


def xmp_texts(block: bytes, *, positions: bool) -> dict[str, dict[str, object]]:
    """What the first packet says; of one that is damaged what stands before that.

    SECURITY: where a picture was taken is told where `positions` lets it be alone.
    """
    reader = _Reader()
    try:
        reader.parser.Parse(_packet(block), True)
    except (expat.ExpatError, ValueError, LookupError, UndecodableImageError):
        # An XMP that is refused for what is in it tells nothing at all.
        return {}
    found: dict[str, dict[str, object]] = {}
    for description in _descriptions(reader.root):
        for (_, name, prefix), value in _properties(description, positions=positions):
            found.setdefault(prefix, {}).setdefault(name, value)
    return found


def _packet(block: bytes) -> bytes:
    """Without what pads it; what follows the root of the first document is another one."""
    block = block[:MOST_BLOCK_BYTES].strip(b"\0 \r\n\t")
    end = block.find(b"</x:xmpmeta>")
    return block[: end + len(b"</x:xmpmeta>")] if end >= 0 else block


def _key(name: str) -> tuple[str, str, str]:
    parts = name.split(" ")
    if len(parts) == 1:
        return "", parts[0], ""
    return parts[0], parts[1], parts[2] if len(parts) > 2 else ""


def _descriptions(element: _Element) -> Iterator[_Element]:
    for each in element.inner:
        if each.is_rdf("RDF"):
            yield from (inner for inner in each.inner if inner.is_rdf("Description"))
        else:
            yield from _descriptions(each)


def _properties(element: _Element, *, positions: bool) -> Iterator[tuple[tuple[str, str, str], object]]:
    """Those in its attributes, then those within it."""
    for key, text in element.attributes.items():
        if _is_told(key, positions=positions):
            yield key, text
    for each in element.inner:
        if _is_told(each.key, positions=positions):
            yield each.key, _value(each, positions=positions)


def _is_told(key: tuple[str, str, str], *, positions: bool) -> bool:
    space, name, _ = key
    return space not in ("", _RDF, _XML) and (positions or not _POSITION.match(name))


def _value(element: _Element, *, positions: bool) -> object:
    inner = element.inner[0] if element.inner else None
    if inner is not None and inner.is_rdf("Bag", "Seq"):
        return [_value(each, positions=positions) for each in inner.inner if each.is_rdf("li")]
    if inner is not None and inner.is_rdf("Alt"):
        return _alternative(inner, positions=positions)
    described = inner if inner is not None and inner.is_rdf("Description") else element
    if value := next((each for each in described.inner if each.is_rdf("value")), None):
        return _value(value, positions=positions)
    found = {name: value for (_, name, _), value in _properties(described, positions=positions)}
    if found or element.rdf("parseType") == "Resource" or described is not element:
        return found
    return element.text or element.rdf("resource")


def _alternative(choice: _Element, *, positions: bool) -> object:
    """The text in the language that stands for none, or the first one."""
    items = [each for each in choice.inner if each.is_rdf("li")]
    if not items:
        return ""
    languages = [value for each in items for (_, name, _), value in each.attributes.items() if name == "lang"]
    if len(languages) == len(items) and _DEFAULT_LANGUAGE in languages:
        return _value(items[languages.index(_DEFAULT_LANGUAGE)], positions=positions)
    return _value(items[0], positions=positions)
