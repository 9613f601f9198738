"""The labels of draw.io: HTML, with a text beside it for programs that know none, in which most of it is cut off.

What the HTML says is put into that text, in its lines and with what is bold, slanted or colored; where they break is
told by the widths of Helvetica's letters, which are those of its kin on every system.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from imgsvc.codecs.svg.css.values.lengths import written
from imgsvc.codecs.svg.xml_tree import Element

# SECURITY: of all labels of a drawing; the rest keep their texts.
_MOST_CHARACTERS = 50_000

# Times the size around.
_HEADINGS = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67}
_BLOCKS = frozenset({"div", "p", *_HEADINGS})
_KNOWN = _BLOCKS | {"br", "font", "span", "b", "strong", "i", "em", "a"}
_STYLED: Mapping[str, Mapping[str, str]] = {
    "b": {"font-weight": "bold"},
    "strong": {"font-weight": "bold"},
    **{name: {"font-weight": "bold"} for name in _HEADINGS},
    "i": {"font-style": "italic"},
    "em": {"font-style": "italic"},
}
_PIXELS = re.compile(r"(-?\d+(?:\.\d+)?)(?:px)?")
_WORDS = re.compile(r"\S+")
_SHARES = {"flex-start": 0.0, "left": 0.0, "start": 0.0, "center": 0.5, "flex-end": 1.0, "right": 1.0, "end": 1.0}
_ANCHORS = {0.0: "start", 0.5: "middle", 1.0: "end"}
# Of a line, and of Helvetica above and below its baseline, in its size.
_LINE, _ASCENT, _DESCENT = 1.2, 0.905, 0.212
# Of letters, in thousandths of their size.
_WIDTHS = {
    letter: width / 1000
    for width, letters in (
        (222, "'ijl"),
        (278, " !,./:;I[\\]ft|"),
        (333, "()-`r*"),
        (500, "Jcksvxyz"),
        (611, "FTZ"),
        (667, "&ABEKPSVXY"),
        (722, "CDHNRUw"),
        (778, "GOQ"),
        (833, "Mm"),
        (944, "W%@"),
    )
    for letter in letters
}
_WIDTH, _WIDTH_BOLD = 0.556, 1.06
# Letters of the East are as wide as they are high.
_EASTERN = "\u2e80"


class _Look(NamedTuple):
    size: float = 12.0
    attributes: tuple[tuple[str, str], ...] = ()

    def inside(self, element: Element) -> "_Look":
        said = {**dict(self.attributes), **_STYLED.get(element.local_name, {})}
        style = _style(element)
        if "color" in style:
            said["fill"] = style["color"]
        said |= {name: style[name] for name in ("font-weight", "font-style") if name in style}
        usual = self.size * _HEADINGS.get(element.local_name, 1.0)
        return _Look(_pixels(style.get("font-size", ""), usual), tuple(said.items()))

    def width(self, text: str) -> float:
        wide = _WIDTH_BOLD if ("font-weight", "bold") in self.attributes else 1.0
        return wide * self.size * sum(_WIDTHS.get(each, 1.0 if each >= _EASTERN else _WIDTH) for each in text)


class _Break(NamedTuple):
    """The end of a line; where a block begins or ends only if there is something in it."""

    is_block: bool


class _Word(NamedTuple):
    text: str
    look: _Look
    is_apart: bool


_Line = list[_Word]


def write_labels(root: Element) -> None:
    """Put what the HTML says into the texts beside it, in place."""
    left = _MOST_CHARACTERS
    for switch in [each for each in root.walk() if each.local_name == "switch"]:
        match [*switch.elements()]:
            case [Element(local_name="foreignObject") as html, Element(local_name="text") as text]:
                pieces = _boxes(html, left)
                left -= sum(map(_size, pieces))
                if pieces:
                    _write(pieces, text)


def _boxes(html: Element, left: int) -> list[Element]:
    """All that is in it; nothing if that is more than text, or more than is left.

    SECURITY: ended where that is found out, or HTML in HTML would be gone through again for each.
    """
    found = list[Element]()
    for each in html.walk():
        left -= _size(each)
        if left < 0 or (each is not html and each.local_name not in _KNOWN):
            return []
        found.append(each)
    return found[1:]


def _size(element: Element) -> int:
    return 1 + len(element.text()) + len(element.attributes.get("style", ""))


def _write(boxes: Sequence[Element], text: Element) -> None:
    """Three boxes, one in the other: where it is, how its lines are set, and what they hold."""
    outer, middle, inner = (*boxes[:3], *[boxes[0]] * 3)[:3]
    place, set_, style = _style(outer), _style(middle), _style(inner)
    is_usual = place.get("display") == "flex" and style.get("display") == "inline-block"
    if not is_usual or "writing-mode" in style:
        return
    left, top, width = (_pixels(place.get(name, ""), 0.0) for name in ("margin-left", "padding-top", "width"))
    across = _SHARES.get(place.get("justify-content", "").removeprefix("unsafe "), 0.0)
    down = _SHARES.get(place.get("align-items", "").removeprefix("unsafe "), 0.0)
    share = _SHARES.get(set_.get("text-align", ""), 0.0)
    look = _Look().inside(inner)
    lines = list(_lines(_pieces(inner, look), math.inf if style.get("white-space") == "nowrap" else width))
    widest = max(map(_width, lines), default=0.0)
    text.attributes |= {
        "x": written(left + across * (width - widest) + share * widest),
        "text-anchor": _ANCHORS[share],
        **_said(look),
    }
    _fill(text, lines, top - down * sum(_height(line, look) for line in lines), look)


def _fill(text: Element, lines: Iterable[_Line], y: float, look: _Look) -> None:
    prefix = text.name.removesuffix(text.local_name)
    text.children = []
    for line in lines:
        height = _height(line, look)
        size = height / _LINE
        baseline = y + (height - (_ASCENT + _DESCENT) * size) / 2 + _ASCENT * size
        where = {"x": text.attributes["x"], "y": written(baseline)}
        runs = [
            Element(f"{prefix}tspan", _said(each), ["".join(" " * word.is_apart + word.text for word in words)])
            for each, words in groupby(line, key=lambda word: word.look)
        ]
        text.children.append(Element(f"{prefix}tspan", where, [*runs]))
        y += height


def _said(look: _Look) -> dict[str, str]:
    return {"font-size": f"{written(look.size)}px", **dict(look.attributes)}


def _pieces(element: Element, look: _Look) -> Iterator[_Word | _Break]:
    """Words and ends of lines."""
    for child in element.children:
        if isinstance(child, str):
            for found in _WORDS.finditer(child):
                yield _Word(found[0], look, found.start() > 0)
            if child and child[-1].isspace():
                yield _Word("", look, is_apart=True)
        elif child.local_name == "br":
            yield _Break(is_block=False)
        else:
            is_block = child.local_name in _BLOCKS
            if is_block:
                yield _Break(is_block=True)
            yield from _pieces(child, look.inside(child))
            if is_block:
                yield _Break(is_block=True)


def _lines(pieces: Iterable[_Word | _Break], width: float) -> Iterator[_Line]:
    """Each with its words; one that a break ends may be empty, and the last one is not."""
    line, used, is_apart = _Line(), 0.0, False
    for piece in pieces:
        if isinstance(piece, _Break):
            if line or not piece.is_block:
                yield line
            line, used, is_apart = [], 0.0, False
            continue
        is_apart |= piece.is_apart
        if not piece.text:
            continue
        word = piece._replace(is_apart=is_apart and bool(line))
        if word.is_apart and used + _width([word]) > width:
            yield line
            line, used, word = [], 0.0, word._replace(is_apart=False)
        line.append(word)
        used, is_apart = used + _width([word]), False
    if line:
        yield line


def _width(line: _Line) -> float:
    return sum(each.look.width(" " * each.is_apart + each.text) for each in line)


def _height(line: _Line, look: _Look) -> float:
    return _LINE * max((each.look.size for each in line), default=look.size)


def _style(element: Element) -> dict[str, str]:
    parts = (each.partition(":") for each in element.attributes.get("style", "").split(";"))
    return {name.strip(): value.strip() for name, colon, value in parts if colon}


def _pixels(text: str, usual: float) -> float:
    found = _PIXELS.fullmatch(text.strip())
    return float(found[1]) if found else usual
