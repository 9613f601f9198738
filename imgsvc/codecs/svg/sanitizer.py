"""Takes out of an SVG that is passed on what could run something."""

import html
import re

from imgsvc.codecs.native.errors import decoder_errors
from imgsvc.codecs.svg.events import EVENTS
from imgsvc.codecs.svg.xml_tree import Element, local, parse, serialize
from imgsvc.options.formats import Format

_BARRED = frozenset({"script", "iframe", "form"})
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):")
_BLANKS = re.compile(r"[\0- ]+")


def sanitize(data: bytes) -> bytes:
    """The document without scripts, event attributes and references that could run something."""
    with decoder_errors(Format.SVG):
        return serialize(_sanitized(parse(data)))


def _sanitized(element: Element) -> Element:
    children = [
        child if isinstance(child, str) else _sanitized(child)
        for child in element.children
        if isinstance(child, str) or child.local_name not in _BARRED
    ]
    attributes = {
        name: value
        for name, value in element.attributes.items()
        if local(name) not in EVENTS and (local(name) != "href" or _is_harmless(element.local_name, value))
    }
    return Element(element.name, attributes, children)


def _is_harmless(element_name: str, reference: str) -> bool:
    """Whether `reference` stays in the document, or can at most show something."""
    # Browsers drop blanks inside a URL, so `java script:` must not hide behind one.
    target = _BLANKS.sub("", html.unescape(reference)).lower()
    if not target or target.startswith("#"):
        return True
    if element_name == "use":
        return False
    scheme = _SCHEME.match(target)
    allowed = ("http", "https", "data") if element_name == "image" else ("http", "https")
    return scheme is None or scheme[1] in allowed
