"""One argument of an option: how it is read, and how it is written."""

import math
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

from imgsvc.options.color import Color
from imgsvc.options.filters import UnsharpMode
from imgsvc.options.formats import BY_WORD, Format, format_named
from imgsvc.options.geometry import GravityType, ResizingAlgorithm, ResizingType, ScalingMethod

T = TypeVar("T")

_INT64 = range(-(2**63), 2**63)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_HEXADECIMAL = re.compile(r"[+-]?0[xX]([0-9a-fA-F]+\.?[0-9a-fA-F]*|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+")
_BASE64 = re.compile(r"[A-Za-z0-9_-]*")
# Clockwise from downwards; imgproxy names the side where the effect is full.
_DIRECTIONS = {"down": 0.0, "left": 90.0, "up": 180.0, "right": 270.0}
_TRUE = frozenset({"1", "t", "T", "true", "TRUE", "True"})


@dataclass(frozen=True, slots=True)
class Argument(Generic[T]):
    """A kind of argument: `parse` raises ValueError for what is not as `expected`; `write` is its inverse."""

    expected: str
    parse: Callable[[str], T]
    write: Callable[[T], str] = str

    def read(self, text: str) -> T:
        """The value of `text`; ValueError says what was expected."""
        try:
            return self.parse(text)
        except (ValueError, OverflowError):
            raise ValueError(f"{text!r} is not {self.expected}") from None


def decoded_base64(text: str) -> str:
    """The UTF-8 text in URL-safe base64, padded or not; bytes that are no UTF-8 become `%XX`."""
    packed = packed_base64(text)
    if packed is None:
        raise ValueError(f"{text!r} is not URL-safe base64")
    return text_of(urlsafe_b64decode(packed))


def packed_base64(text: str) -> str | None:
    """URL-safe base64, padded or not, as Python reads it; None where it is none."""
    # COMPAT: Go's encoding/base64 skips line ends, and does not look at the bits that the last character has to spare.
    packed = text.rstrip("=").replace("\r", "").replace("\n", "")
    if not _BASE64.fullmatch(packed) or len(packed) % 4 == 1:
        return None
    return packed + "=" * (-len(packed) % 4)


def encoded_base64(text: str) -> str:
    """`text` in URL-safe base64 without padding."""
    return unpadded_base64(text.encode())


def unpadded_base64(data: bytes) -> str:
    """`data` in URL-safe base64 without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def text_of(raw: bytes) -> str:
    """`raw` as UTF-8; a byte that is none becomes `%XX`, which reaches an HTTP source as that byte."""
    text = raw.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", lambda match: f"%{ord(match[0]) - 0xDC00:02X}", text)


def _boolean(text: str) -> bool:
    # COMPAT: what is no boolean is false, and no error (imgproxy's options/parser/parse.go).
    return text in _TRUE


def integer(low: int = _INT64.start, high: int = _INT64.stop - 1) -> Callable[[str], int]:
    """What reads a whole number from `low` to `high`."""

    def parse(text: str) -> int:
        if not _INTEGER.fullmatch(text) or not low <= int(text) <= high:
            raise ValueError(text)
        return int(text)

    return parse


def _finite(text: str) -> float:
    """A number as Go writes it, less infinity and NaN, which imgproxy lets through."""
    if _HEXADECIMAL.fullmatch(text):
        return float.fromhex(text)
    if not _DECIMAL.fullmatch(text) or math.isinf(float(text)):
        raise ValueError(text)
    return float(text)


def _number(accepts: Callable[[float], bool]) -> Callable[[str], float]:
    def parse(text: str) -> float:
        number = _finite(text)
        if not accepts(number):
            raise ValueError(text)
        return number

    return parse


def _written_number(number: float) -> str:
    return str(int(number)) if float(number).is_integer() and abs(number) < 1e15 else repr(number)


def _angle(text: str) -> int:
    degrees = integer()(text)
    if degrees % 90:
        raise ValueError(text)
    return degrees % 360


def _degrees(text: str) -> float:
    return _DIRECTIONS[text] if text in _DIRECTIONS else _finite(text) % 360 % 360


def _written_degrees(degrees: float) -> str:
    return next((word for word, angle in _DIRECTIONS.items() if angle == degrees), _written_number(degrees))


def _profile(text: str) -> str:
    name = unquote(text, errors="strict")
    if name in (".", "..") or "/" in name or "\0" in name:
        raise ValueError(text)
    return name


def _channel(text: str) -> int:
    # No sign, unlike the other integers: Go reads this one with ParseUint.
    if not text.isascii() or not text.isdigit() or int(text) > 255:
        raise ValueError(text)
    return int(text)


def _pixels(text: str) -> int:
    pixels = int(_number(lambda number: number >= 0)(text) * 1_000_000)
    if pixels not in _INT64:
        raise ValueError(text)
    return pixels


def _megapixels(pixels: int) -> str:
    """The number that is read as `pixels` again: their quotient alone may be truncated to one less."""
    if pixels not in _INT64:
        raise ValueError(f"{pixels} is no number of pixels")
    number = pixels / 1_000_000
    while int(number * 1_000_000) < pixels:
        number = math.nextafter(number, math.inf)
    return _written_number(number)


def gravity_type(*allowed: GravityType) -> Argument[GravityType]:
    """The word of one of `allowed`."""
    by_word = {each.word: each for each in allowed}

    def parse(text: str) -> GravityType:
        if text not in by_word:
            raise ValueError(text)
        return by_word[text]

    return Argument(f"one of {', '.join(by_word)}", parse, lambda each: each.word)


BOOLEAN = Argument("a boolean", _boolean, lambda value: "1" if value else "0")
INTEGER = Argument("an integer of 64 bits", integer())
NATURAL = Argument("an integer of 0 or more", integer(0))
POSITIVE = Argument("an integer above 0", integer(1))
QUALITY = Argument("an integer from 0 to 100", integer(0, 100))
ANGLE = Argument("a multiple of 90", _angle)
CHANNEL = Argument("an integer from 0 to 255", _channel)
NUMBER = Argument("a number", _finite, _written_number)
NOT_NEGATIVE = Argument("a number of 0 or more", _number(lambda number: number >= 0), _written_number)
ABOVE_ZERO = Argument("a number above 0", _number(lambda number: number > 0), _written_number)
FRACTION = Argument("a number from 0 to 1", _number(lambda number: 0 <= number <= 1), _written_number)
MEGAPIXELS = Argument("megapixels, a number of 0 or more", _pixels, _megapixels)
COLOR = Argument("a color of 3 or 6 hex digits", Color.from_hex, Color.hex)
FORMAT: Argument[Format] = Argument(f"one of {', '.join(BY_WORD)}", format_named, lambda each: each.word)
RESIZING_TYPE = Argument(f"one of {', '.join(ResizingType)}", ResizingType)
RESIZING_ALGORITHM = Argument(f"one of {', '.join(ResizingAlgorithm)}", ResizingAlgorithm)
SCALING_METHOD = Argument(f"one of {', '.join(ScalingMethod)}", ScalingMethod)
TEXT = Argument("text", str)
PROFILE = Argument("srgb, cmyk, or the name of a file, percent-encoded", _profile, lambda name: quote(name, safe=""))
ENCODED_TEXT = Argument("URL-safe base64", decoded_base64, encoded_base64)
BRIGHTNESS = Argument("an integer from -255 to 255", integer(-255, 255))
UNSHARP_MODE = Argument(f"one of {', '.join(UnsharpMode)}", UnsharpMode)
DIRECTION = Argument(f"one of {', '.join(_DIRECTIONS)} or degrees", _degrees, _written_degrees)
