"""Markup: a watermark's text, parts of it set apart by tags, as Pango has them.

SECURITY: what comes out is text and values of a known form; nothing of the markup itself reaches whoever draws it.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple
from xml.parsers import expat

from imgsvc.options.color import Color
from imgsvc.options.color_names import NAMES

MOST_CHARACTERS = 1000
# Of the text with its tags.
MOST_MARKUP = 8000
LARGEST = 1000.0
# COMPAT: "sans 16", as in libvips, at 72 dots an inch.
_USUAL = 16.0
_STEP = 1.2
_DEPTH = 20


class Run(NamedTuple):
    """A part of a text that looks alike; `size` in pixels, `alpha` 0 to 1, `shift` 1 is raised and -1 lowered."""

    text: str
    family: str = "sans"
    size: float = _USUAL
    weight: int = 400
    is_italic: bool = False
    color: str = "000000"
    alpha: float = 1.0
    is_underlined: bool = False
    is_struck: bool = False
    shift: int = 0


_WEIGHTS = {
    "thin": 100,
    **dict.fromkeys(("ultralight", "ultra-light", "extra-light", "extralight"), 200),
    "light": 300,
    **dict.fromkeys(("semilight", "semi-light", "demi-light"), 350),
    "book": 380,
    **dict.fromkeys(("normal", "regular"), 400),
    "medium": 500,
    **dict.fromkeys(("semibold", "semi-bold", "demi-bold", "demibold"), 600),
    "bold": 700,
    **dict.fromkeys(("ultrabold", "ultra-bold", "extra-bold", "extrabold"), 800),
    **dict.fromkeys(("heavy", "black", "ultraheavy", "ultra-heavy"), 900),
}
_STYLES = {"normal": False, "roman": False, "oblique": True, "italic": True}
_SIZES = ("xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large")
_FAMILY = re.compile(r"[\w .-]+(?:,[\w .-]+)*")
_NUMBER = re.compile(r"([0-9]+(?:\.[0-9]+)?)(pt|px|%)?")
_TAGS: Mapping[str, Callable[[Run], Run]] = {
    "markup": lambda run: run,
    "span": lambda run: run,
    "b": lambda run: run._replace(weight=700),
    "i": lambda run: run._replace(is_italic=True),
    "u": lambda run: run._replace(is_underlined=True),
    "s": lambda run: run._replace(is_struck=True),
    "tt": lambda run: run._replace(family="monospace"),
    "big": lambda run: _sized(run, run.size * _STEP),
    "small": lambda run: _sized(run, run.size / _STEP),
    "sub": lambda run: _sized(run, run.size / _STEP)._replace(shift=-1),
    "sup": lambda run: _sized(run, run.size / _STEP)._replace(shift=1),
}
# Pango's, which change nothing here.
# fmt: off
_UNUSED = frozenset({
    "background", "bgcolor", "background_alpha", "bgalpha", "underline_color", "overline", "overline_color",
    "strikethrough_color", "rise", "baseline_shift", "font_scale", "stretch", "font_stretch", "variant",
    "font_variant", "font_features", "font_variations", "letter_spacing", "lang", "fallback", "gravity",
    "gravity_hint", "show", "insert_hyphens", "allow_breaks", "line_height", "text_transform", "segment",
})
# fmt: on


@lru_cache(maxsize=64)
def runs(markup: str) -> tuple[Run, ...]:
    """The parts of a text, in order; ValueError where the markup is none, or too long."""
    if len(markup) > MOST_MARKUP or "<!" in markup:
        raise ValueError(f"more than {MOST_MARKUP} characters, or a declaration")
    found = _Reader().read(markup)
    if sum(len(run.text) for run in found) > MOST_CHARACTERS:
        raise ValueError(f"more than {MOST_CHARACTERS} characters of text")
    return found


class _Reader:
    def __init__(self) -> None:
        self._open = [Run("")]
        self._found: list[Run] = []
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = lambda _name: self._open.pop()
        self._parser.CharacterDataHandler = self._text
        self._parser.ProcessingInstructionHandler = self._refuse

    def read(self, markup: str) -> tuple[Run, ...]:
        try:
            self._parser.Parse(f"<markup>{markup}</markup>".encode(), True)
        except (expat.ExpatError, UnicodeEncodeError, KeyError) as error:
            raise ValueError(f"no markup: {error}") from error
        return tuple(self._found)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) > _DEPTH:
            raise ValueError(f"tags within each other, more than {_DEPTH}")
        run = _TAGS[name](self._open[-1])
        if attributes and name != "span":
            raise ValueError(f"<{name}> has attributes")
        # What is given in full comes first: `font` does not take back a `size` that stands before it.
        for key in sorted(attributes, key=lambda each: not each.startswith("font_desc") and each != "font"):
            run = run if key in _UNUSED else _ATTRIBUTES[key](run, attributes[key].strip())
        self._open.append(run)

    def _text(self, text: str) -> None:
        # Line ends are kept: they begin a new line.
        self._found.append(self._open[-1]._replace(text=text.replace("\t", " ")))

    def _refuse(self, _target: str, _data: str) -> None:
        raise ValueError("a processing instruction")


def _sized(run: Run, size: float) -> Run:
    if not 0 < size <= LARGEST:
        raise ValueError(f"a size of {size:g}; up to {LARGEST:g} pixels are drawn")
    return run._replace(size=size)


def _size(run: Run, text: str) -> Run:
    if text in _SIZES:
        return _sized(run, _USUAL * _STEP ** (_SIZES.index(text) - _SIZES.index("medium")))
    if text in ("smaller", "larger"):
        return _sized(run, run.size * _STEP if text == "larger" else run.size / _STEP)
    number, unit = _measured(text)
    if unit == "%":
        return _sized(run, run.size * number / 100)
    # Without a unit it is in 1024ths of a point.
    return _sized(run, number if unit else number / 1024)


def _measured(text: str) -> tuple[float, str]:
    match = _NUMBER.fullmatch(text)
    if not match or not math.isfinite(float(match[1])):
        raise ValueError(f"{text!r} is no size")
    return float(match[1]), match[2] or ""


def _family(run: Run, text: str) -> Run:
    if not _FAMILY.fullmatch(text):
        raise ValueError(f"{text!r} is no name of a font")
    return run._replace(family=text)


def _description(run: Run, text: str) -> Run:
    """A family, then words of style, then a size, any of which may be missing."""
    words = text.split()
    if words and (match := _NUMBER.fullmatch(words[-1])) and match[2] != "%":
        run = _sized(run, float(match[1]))
        words.pop()
    while words and words[-1].lower() in {*_WEIGHTS, *_STYLES}:
        word = words.pop().lower()
        run = run._replace(weight=_WEIGHTS[word]) if word in _WEIGHTS else run._replace(is_italic=_STYLES[word])
    return _family(run, " ".join(words).rstrip(",")) if words else run


def _weight(run: Run, text: str) -> Run:
    weight = int(text) if text.isascii() and text.isdecimal() else _WEIGHTS[text.lower()]
    if not 1 <= weight <= 1000:
        raise ValueError(f"a weight of {weight}")
    return run._replace(weight=weight)


def _color(run: Run, text: str) -> Run:
    name = text.lower().replace(" ", "")
    return run._replace(color=NAMES[name] if name in NAMES else Color.from_hex(text.removeprefix("#")).hex())


def _alpha(run: Run, text: str) -> Run:
    number, unit = _measured(text)
    alpha = number / 100 if unit == "%" else number / 65536
    if alpha > 1:
        raise ValueError(f"{text!r} is more than opaque")
    return run._replace(alpha=alpha)


def _flag(name: str, off: str) -> Callable[[Run, str], Run]:
    def apply(run: Run, text: str) -> Run:
        changed: dict[str, Any] = {name: text != off}
        return run._replace(**changed)

    return apply


_ATTRIBUTES: Mapping[str, Callable[[Run, str], Run]] = {
    **dict.fromkeys(("font", "font_desc"), _description),
    **dict.fromkeys(("font_family", "face"), _family),
    **dict.fromkeys(("font_size", "size"), _size),
    **dict.fromkeys(("font_weight", "weight"), _weight),
    **dict.fromkeys(("font_style", "style"), lambda run, text: run._replace(is_italic=_STYLES[text.lower()])),
    **dict.fromkeys(("foreground", "fgcolor", "color"), _color),
    **dict.fromkeys(("foreground_alpha", "fgalpha", "alpha"), _alpha),
    "underline": _flag("is_underlined", "none"),
    "strikethrough": _flag("is_struck", "false"),
}
