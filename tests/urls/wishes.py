"""Random options: of each its example with other numbers and words, so that most are understood and some are not."""

import random
import re

from imgsvc.options.formats import BY_WORD
from imgsvc.url.row import OptionRow
from imgsvc.url.table import OPTIONS

_LEFT_OUT = {"raw", "expires", "preset", "watermark_url", "skip_processing"}
_INTEGERS = ("0", "1", "2", "3", "7", "16", "20", "50", "90", "100", "180", "255", "300", "700", "-1", "99999", "")
_FRACTIONS = ("0", "0.01", "0.1", "0.25", "0.5", "0.75", "0.999", "1", "1.5", "3", "-0.5", "1e9", "")
_NUMBER = re.compile(r"-?[0-9.]+")
_GRAVITIES = ("ce", "no", "so", "ea", "we", "noea", "nowe", "soea", "sowe", "sm", "fp")
_FORMATS = (*BY_WORD, "best", "thumbhash", "blurhash")
_WORDS = (
    ("fit", "fill", "fill-down", "force", "auto"),
    ("nearest", "linear", "cubic", "lanczos2", "lanczos3"),
    ("imgproxy", "fine"),
    (*_GRAVITIES, "re", "ch"),
    _FORMATS,
    ("up", "down", "left", "right"),
    ("auto", "none", "always"),
    ("lossy", "near_lossless", "lossless"),
    ("none", "size", "dssim", "ml"),
    ("auto", "on", "off"),
    ("000000", "ffffff", "f00", "8a6d3b"),
)
ROWS = tuple(row for row in OPTIONS if row.names[0] not in _LEFT_OUT and not row.names[0].startswith("max_"))


def wish(dice: random.Random) -> str:
    """Up to six options, as they stand in a URL."""
    rows = dice.sample(ROWS, dice.randint(1, 6))
    return "/".join(_use(dice, row) for row in rows)


def _use(dice: random.Random, row: OptionRow) -> str:
    name, *arguments = row.example.split(":")
    changed = [_argument(dice, text) if dice.random() < 0.4 else text for text in arguments]
    return ":".join([dice.choice((name, row.names[0])), *changed])


def _argument(dice: random.Random, text: str) -> str:
    if _NUMBER.fullmatch(text):
        return dice.choice(_FRACTIONS if "." in text else _INTEGERS)
    alike = [words for words in _WORDS if text in words]
    return dice.choice(dice.choice(alike)) if alike else text


def extension(dice: random.Random) -> str:
    """What stands behind the source; mostly a format."""
    return dice.choice(["", "", *(f"@{word}" for word in _FORMATS if word != "svg")])
