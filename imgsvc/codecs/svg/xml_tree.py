"""Reads and writes XML as a tree that keeps names as they are written, prefixes and all.

SECURITY: nothing is fetched: expat is given no handler for external entities. Its own bound on entity expansion, and
the limits here on depth and size, keep a small file from growing large.
"""

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

# Real drawings stay far below; the program that draws recurses, and would run out of stack.
MAX_DEPTH = 200
MAX_ELEMENTS = 200_000
MAX_GROWTH = 16 << 20
# What a packed byte unpacks to at most.
_DEFLATED = 1032
# What begins a packed document: gzip, packed as it always is.
GZIP = b"\x1f\x8b\x08"


class XmlError(ValueError):
    """The text is not well-formed XML, or is larger or deeper than is read here."""


@dataclass(slots=True, init=False)
class Element:
    """A tag; children are elements and text."""

    name: str
    attributes: dict[str, str]
    children: list["Child"]
    # The name without its prefix. PERF: it is asked for several times.
    local_name: str = field(init=False, repr=False, compare=False)

    def __init__(
        self, name: str, attributes: dict[str, str] | None = None, children: "list[Child] | None" = None
    ) -> None:
        self.name = name
        self.local_name = local(name) if ":" in name else name
        self.attributes = {} if attributes is None else attributes
        self.children = [] if children is None else children

    def elements(self) -> Iterator["Element"]:
        """The children that are elements."""
        return (child for child in self.children if isinstance(child, Element))

    def walk(self) -> Iterator["Element"]:
        """This element and all below it."""
        # PERF: a fifth of what generators in generators take.
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            if element.children:
                waiting += [child for child in reversed(element.children) if isinstance(child, Element)]

    def text(self) -> str:
        """The text directly inside."""
        return "".join(child for child in self.children if isinstance(child, str))


Child = Element | str


def local(name: str) -> str:
    """A name without its prefix."""
    return name.rpartition(":")[2]


@dataclass(slots=True)
class Left:
    """What is left of what documents may hold: elements, and characters that are unpacked or that entities grow to."""

    elements: int = MAX_ELEMENTS
    characters: int = MAX_GROWTH


class _Builder:
    def __init__(self, most_elements: int, most_characters: int) -> None:
        self.top = Element("")
        self._open = [self.top]
        self.elements = self.characters = 0
        self._most_elements, self._most_characters = most_elements, most_characters
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element = Element(name, attributes)
        self._open[-1].children.append(element)
        self._open.append(element)
        self.elements += 1
        if self.elements > self._most_elements or len(self._open) - 1 > MAX_DEPTH:
            raise XmlError(f"more than {self._most_elements} elements, or nested deeper than {MAX_DEPTH}")

    def _end(self, _: str) -> None:
        self._open.pop()

    def _text(self, text: str) -> None:
        if len(self._open) > 1:
            self._open[-1].children.append(text)

    def _doctype(self, *_: object) -> None:
        """PERF: what declares neither entities nor attributes cannot grow, and is not counted."""
        self.parser.StartElementHandler = self._counted_start
        self.parser.CharacterDataHandler = self._counted_text

    def _counted_start(self, name: str, attributes: dict[str, str]) -> None:
        self._grow(sum(map(len, attributes.values())))
        self._start(name, attributes)

    def _counted_text(self, text: str) -> None:
        self._grow(len(text))
        self._text(text)

    def _grow(self, count: int) -> None:
        self.characters += count
        if self.characters > self._most_characters:
            raise XmlError(f"its entities grow to more than {self._most_characters} characters")


def parse(data: bytes, left: Left | None = None) -> Element:
    """The root element of a document, without comments and processing instructions; XmlError if it is none.

    What it holds is taken from what is `left` to several, also where it turns out to be none.
    """
    left = left or Left()
    try:
        text = unpacked(data, left.characters)
    except XmlError:
        # Nobody knows where it ended.
        left.characters -= _DEFLATED * len(data)
        raise
    if text is not data:
        left.characters -= len(text)
    builder = _Builder(left.elements, max(0, left.characters) + len(text))
    try:
        builder.parser.Parse(text, True)
    except (expat.ExpatError, LookupError) as error:
        raise XmlError(str(error)) from error
    finally:
        left.elements -= builder.elements
        left.characters -= builder.characters
    return next(builder.top.elements())


def unpacked(data: bytes, most: int = MAX_GROWTH) -> bytes:
    """The text of a document that is packed with gzip (.svgz), and any other as it is; XmlError for more than 16 MB."""
    if not data.startswith(GZIP):
        return data
    unpacker = zlib.decompressobj(wbits=31)
    try:
        # Of 0 it would unpack everything.
        text = unpacker.decompress(data, max(most, 1))
    except zlib.error as error:
        raise XmlError(str(error)) from error
    if unpacker.unconsumed_tail:
        raise XmlError(f"unpacked it is more than {most} bytes")
    return text


def serialize(root: Element) -> bytes:
    """The tree as UTF-8 text; an element without children closes itself."""
    pieces: list[str] = []
    _write(root, pieces.append)
    return "".join(pieces).encode("utf-8", "replace")


def _write(element: Element, write: Callable[[str], None]) -> None:
    text = "<" + element.name
    for name, value in element.attributes.items():
        # PERF: a path is long, and is looked through for one character in a tenth of what a pattern takes.
        if (
            "&" in value
            or "<" in value
            or ">" in value
            or '"' in value
            or "\n" in value
            or "\r" in value
            or "\t" in value
        ):
            text += f" {name}={quoteattr(value)}"
        else:
            text += f' {name}="{value}"'
    if not element.children:
        write(text + "/>")
        return
    write(text + ">")
    for child in element.children:
        if isinstance(child, Element):
            _write(child, write)
        elif child.isspace():
            write(child)
        else:
            write(escape(child))
    write(f"</{element.name}>")
