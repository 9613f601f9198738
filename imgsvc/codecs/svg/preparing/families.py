"""Which font of this machine stands for the families that a drawing names.

fontconfig is asked, as browsers and Pango ask it: it knows that Liberation Sans has Arial's widths, and has a font
where none of the names is there. resvg leaves out a text whose fonts are not there: findings/resvg-fonts.sh.
"""

import ctypes
import re
from functools import cache, lru_cache

# What fontconfig says on Debian of no name at all.
USUAL = "sans-serif"

_NAME = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([^,"']*))\s*(?:,|$)""")
_GENERIC = frozenset({"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"})
_MOST_NAMES = 20
_FOR_A_PATTERN = 0


def installed(families: str) -> str | None:
    """The one family of this machine that is used for the list; None where nobody can be asked."""
    names = [next(filter(None, found), "").strip() for found in _NAME.findall(families)]
    return _matched(tuple(filter(None, names))[:_MOST_NAMES])


def with_generic(families: str) -> str:
    """The list with a generic family at its end, where it has none."""
    names = {next(filter(None, found), "").strip().lower() for found in _NAME.findall(families)}
    return families if names & _GENERIC else f"{families}, {USUAL}"


# PERF: a millisecond for each.
@lru_cache(256)
def _matched(names: tuple[str, ...]) -> str | None:
    library = _fontconfig()
    if library is None:
        return None
    pattern = library.FcPatternCreate()
    for name in (*names, USUAL):
        library.FcPatternAddString(pattern, b"family", name.encode("utf-8", "replace"))
    library.FcConfigSubstitute(None, pattern, _FOR_A_PATTERN)
    library.FcDefaultSubstitute(pattern)
    match = library.FcFontMatch(None, pattern, ctypes.byref(ctypes.c_int()))
    library.FcPatternDestroy(pattern)
    return _family(library, match) if match else None


def _family(library: ctypes.CDLL, match: int) -> str | None:
    name = ctypes.c_char_p()
    is_there = library.FcPatternGetString(match, b"family", 0, ctypes.byref(name)) == 0
    found = name.value.decode("utf-8", "replace") if is_there and name.value else None
    library.FcPatternDestroy(match)
    return found


@cache
def _fontconfig() -> ctypes.CDLL | None:
    """The system's, if it has one; looking fonts through takes it some 20 ms, once."""
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return None
    pointer, text = ctypes.c_void_p, ctypes.c_char_p
    library.FcPatternCreate.restype = pointer
    library.FcPatternAddString.argtypes = [pointer, text, text]
    library.FcConfigSubstitute.argtypes = [pointer, pointer, ctypes.c_int]
    library.FcDefaultSubstitute.argtypes = [pointer]
    library.FcFontMatch.argtypes = [pointer, pointer, pointer]
    library.FcFontMatch.restype = pointer
    library.FcPatternGetString.argtypes = [pointer, text, ctypes.c_int, pointer]
    library.FcPatternDestroy.argtypes = [pointer]
    return library
