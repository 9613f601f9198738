"""Makes an SVG that is passed on smaller, and leaves what it shows as it is."""

import re

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.svg.xml_tree import Child, Element, local, parse, serialize
from imgsvc.options.formats import Format

# Of programs that draw: nothing of it is shown.
_EDITORS = (
    "http://www.inkscape.org/",
    "http://sodipodi.sourceforge.net/",
    "http://ns.adobe.com/",
    "http://www.bohemiancoding.com/",
    "http://www.figma.com/",
    "http://www.serif.com/",
    "http://purl.org/dc/",
    "http://creativecommons.org/ns",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns",
)
_METADATA = frozenset({"metadata"})
# In these a blank is a blank.
_TEXT = frozenset(
    {"text", "tspan", "textPath", "tref", "altGlyph", "style", "script", "title", "desc", "foreignObject"}
)
_NUMBERS = frozenset(
    {"d", "points", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height", "viewBox"}
)
# Whole digits, and those behind the point; no part of a longer number, nor of one with an exponent.
_DECIMAL = re.compile(r"(?<![\d.eE])(?<![eE][+-])(\d*)\.(\d+)(?![\d.eE])")
# Of these, a user unit has a millionth.
_DIGITS = 6


def minified(data: bytes) -> bytes:
    """The document without comments, metadata, what editors leave, and digits that show nowhere."""
    with decoder_errors(Format.SVG):
        root = parse(data)
        bound = [
            (name.partition(":")[2], value.startswith(_EDITORS))
            for each in root.walk()
            for name, value in each.attributes.items()
            if name.startswith("xmlns:")
        ]
        prefixes = {name for name, is_editors in bound if is_editors} - {
            name for name, is_editors in bound if not is_editors
        }
        return serialize(_smaller(root, prefixes, keeps_blanks=False))


def _smaller(element: Element, prefixes: set[str], *, keeps_blanks: bool) -> Element:
    space = element.attributes.get("xml:space")
    keeps_blanks = (keeps_blanks or space == "preserve") if space != "default" else False
    keeps = keeps_blanks or element.local_name in _TEXT
    children: list[Child] = []
    for child in element.children:
        if isinstance(child, str):
            if keeps or child.strip():
                children.append(child)
        elif not _is_unseen(child, prefixes):
            children.append(_smaller(child, prefixes, keeps_blanks=keeps))
    attributes = {
        name: _shortened(name, value)
        for name, value in element.attributes.items()
        if _prefix(name) not in prefixes and not (name.startswith("xmlns:") and local(name) in prefixes)
    }
    return Element(element.name, attributes, children)


def _is_unseen(element: Element, prefixes: set[str]) -> bool:
    return element.local_name in _METADATA or _prefix(element.name) in prefixes


def _prefix(name: str) -> str:
    return name.rpartition(":")[0]


def _shortened(name: str, value: str) -> str:
    # The flags of an arc may stand before a number without a blank, and be taken for digits of it.
    if name not in _NUMBERS or (name == "d" and "a" in value.lower()):
        return value
    return _DECIMAL.sub(_number, value)


def _number(match: re.Match[str]) -> str:
    whole, digits = match.groups()
    if len(digits) > _DIGITS:
        one, _, digits = f"{float(f'0.{digits}'):.{_DIGITS}f}".partition(".")
        if one != "0":
            return match[0]
    digits = digits.rstrip("0")
    return f"{whole}.{digits}" if digits else whole or "0"
