"""The program that draws SVG, in a process of its own.

SECURITY: it holds the interpreter until it is done, and ends its process where it runs out of stack: so it runs in a
child with a time limit.
"""

import atexit
import os
from collections.abc import Callable, Mapping
from enum import Enum
from functools import cache

import resvg
import resvg_py

from imgsvc.codecs.native.errors import is_failure
from imgsvc.codecs.picture import Compressed
from imgsvc.codecs.png.header import read
from imgsvc.codecs.png.rows import part_of
from imgsvc.codecs.svg.xml_tree import Element, serialize
from imgsvc.options.geometry import Box
from imgsvc.runtime.child import Child

_DPI, _FONT_SIZE = 96.0, 16.0
# A transform that changes nothing: the rows of its matrix.
_AS_IT_IS = (1, 0, 0, 0, 1, 0)


class Kind(Enum):
    """What a drawing needs of the system's fonts, and of the two programs."""

    WITHOUT_FONTS = b"-"
    # No fonts, and filters that would take the first one memory without bound.
    WITH_WIDE_FILTERS = b"w"
    # Fonts that it names, or generic families; and whatever filters.
    WITH_GENERIC_FONTS = b"g"
    # Fonts that it names.
    WITH_NAMED_FONTS = b"n"


def drawn(root: Element, kind: Kind, timeout_seconds: float) -> Compressed:
    """A drawing that refers to nothing but itself, as RGBA; ChildError if it cannot be drawn in time."""
    body = _DRAWER(kind.value + serialize(root), timeout_seconds)
    png = read(body)
    # PERF: two thirds of what Pillow's own reader takes.
    return Compressed(part_of(png, Box(0, 0, *png.size), None), body)


def _without_fonts(text: str) -> bytes:
    return bytes(resvg.render(resvg.usvg.Tree.from_str(text, _options(has_fonts=False)), _AS_IT_IS))


def _with_named_fonts(text: str) -> bytes:
    """PERF: 2 ms for a line of text, and 15 ms for the first, which has the fonts looked for."""
    return bytes(resvg.render(resvg.usvg.Tree.from_str(text, _options(has_fonts=True)), _AS_IT_IS))


@cache
def _options(*, has_fonts: bool) -> resvg.usvg.Options:
    options = resvg.usvg.Options.default()
    options.dpi, options.font_size = _DPI, _FONT_SIZE
    if has_fonts:
        options.load_system_fonts()
    return options


def _with_wide_filters(text: str) -> bytes:
    """PERF: small drawings with filters take three times as long as without wide ones: 32 ms instead of 9."""
    return resvg_py.svg_to_bytes(svg_string=text, dpi=_DPI, font_size=_FONT_SIZE, skip_system_fonts=True)


def _with_generic_fonts(text: str) -> bytes:
    """The same with the system's fonts.

    PERF: looking for them takes longer than a small drawing, and this wheel is compiled to be small and not fast; but
    `resvg` cannot be told what the generic families are.
    """
    return resvg_py.svg_to_bytes(
        svg_string=text,
        # What the generic families mean; resvg's own choice, Arial and its kin, is on no server.
        font_family="DejaVu Sans",
        sans_serif_family="DejaVu Sans",
        serif_family="DejaVu Serif",
        monospace_family="DejaVu Sans Mono",
        dpi=_DPI,
        font_size=_FONT_SIZE,
    )


_DRAWS: Mapping[Kind, Callable[[str], bytes]] = {
    Kind.WITHOUT_FONTS: _without_fonts,
    Kind.WITH_WIDE_FILTERS: _with_wide_filters,
    Kind.WITH_GENERIC_FONTS: _with_generic_fonts,
    Kind.WITH_NAMED_FONTS: _with_named_fonts,
}


def _png(task: bytes) -> bytes:
    return quietly(_DRAWS[Kind(task[:1])], task[1:].decode())


def quietly(draw: Callable[[str], bytes], text: str) -> bytes:
    """What is drawn; ValueError in one line where the program gives up: a panic in Rust is no Exception for Python."""
    _be_silent()
    try:
        return draw(text)
    except BaseException as error:
        if is_failure(error):
            raise ValueError(f"the drawing program gave up: {' '.join(str(error).split())[:200]}") from None
        raise


@cache
def _be_silent() -> None:
    """In the child: a panic in Rust writes its own lines, and a server's log has other ones."""
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 2)
    os.close(nothing)


_DRAWER = Child(_png)
atexit.register(_DRAWER.close)
