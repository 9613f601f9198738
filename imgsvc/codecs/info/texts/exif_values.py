"""A text for the values of each tag of EXIF: numbers with their units, words for what numbers mean.

COMPAT: in the form that libexif gives them, for imgproxy's are.
"""

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from imgsvc.codecs.info.texts.exif_words import COMPONENTS, EXIF_VERSIONS, FLASHPIX_VERSIONS, WORDS

BYTE, ASCII, SHORT, LONG, RATIONAL, SIGNED_BYTE, UNDEFINED, SIGNED_RATIONAL, FLOAT, DOUBLE = (
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    10,
    11,
    12,
)
_INTEGERS = {BYTE: "B", SHORT: "H", LONG: "I", SIGNED_BYTE: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}
_FRACTIONS = {RATIONAL: "I", SIGNED_RATIONAL: "i"}
_REALS = {FLOAT: "f", DOUBLE: "d"}
# Of one tag; a table of more is no text.
_MOST_VALUES, _MOST_TEXT = 256, 32_768
_CHARACTERS = 8
_FOOT_LAMBERT = 1 / (math.pi * 0.3048**2)


class Fraction(NamedTuple):
    """As it stands in the file, where the lower number may be nothing."""

    upper: int
    lower: int

    @property
    def value(self) -> float:
        """Its value; the lower number is not 0."""
        return self.upper / self.lower

    def __str__(self) -> str:
        if not self.lower:
            return f"{self.upper}/{self.lower}"
        decimals = max(0, int(math.log10(abs(self.lower)) + 0.92))
        return f"{self.value:2.{decimals}f}"


def text_of(name: str, kind: int, data: bytes, order: str, length: int = 0) -> str:
    """The text for the values of the tag of this name; they are `data`, of this type, in this order of bytes.

    `length`: of all values, where `data` is their beginning.
    """
    if kind in (ASCII, UNDEFINED, BYTE) and (read := _TEXTS.get(name)):
        return read(data, order)[:_MOST_TEXT]
    if kind == ASCII:
        return _ascii(data)[:_MOST_TEXT]
    if kind in _FRACTIONS:
        return _of_fractions(name, _fractions(kind, data, order))
    if kind in _INTEGERS:
        return _of_integers(name, kind, _integers(kind, data, order))
    if kind == UNDEFINED and name in WORDS:
        # Some cameras fill it up to four bytes.
        return _of_integers(name, kind, tuple(data[:1]))
    if kind in _REALS:
        return ", ".join(f"{each:g}" for each in _unpacked(_REALS[kind], data, order))
    return f"{length or len(data)} bytes undefined data"


def _unpacked(letter: str, data: bytes, order: str) -> tuple[float, ...]:
    count = min(len(data) // struct.calcsize(letter), _MOST_VALUES)
    return struct.unpack_from(f"{order}{count}{letter}", data)


def _integers(kind: int, data: bytes, order: str) -> tuple[int, ...]:
    return tuple(map(int, _unpacked(_INTEGERS.get(kind, "B"), data, order)))


def _fractions(kind: int, data: bytes, order: str) -> list[Fraction]:
    numbers = tuple(map(int, _unpacked(_FRACTIONS[kind], data, order)))
    return [Fraction(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=False)]


def _of_integers(name: str, kind: int, numbers: Sequence[int]) -> str:
    if len(numbers) == 1 and (word := WORDS.get(name, {}).get(numbers[0])):
        return word
    if shape := _SHAPES.get(name):
        return shape(numbers)
    return ", ".join(f"0x{each & 0xFF:02x}" if kind in (BYTE, SIGNED_BYTE) else str(each) for each in numbers)


def _of_fractions(name: str, fractions: Sequence[Fraction]) -> str:
    measure = _MEASURES.get(name)
    if measure and len(fractions) == 1 and fractions[0].lower:
        return measure(fractions[0].value)
    if name == "GPSTimeStamp" and len(fractions) == 3 and all(each.lower for each in fractions):
        hours, minutes, seconds = (each.value for each in fractions)
        return f"{int(hours):02}:{int(minutes):02}:{seconds:05.2f}"
    return ", ".join(map(str, fractions))


def _ascii(data: bytes) -> str:
    return data.partition(b"\0")[0].decode("utf-8", "replace")


def _wide(data: bytes, _order: str) -> str:
    return data.decode("utf-16-le", "replace").partition("\0")[0]


def _comment(data: bytes, order: str) -> str:
    """The text behind eight characters that say how it is coded; without them, all of it."""
    coding, rest = data[:_CHARACTERS], data[_CHARACTERS:]
    if coding == b"UNICODE\0":
        return rest.decode("utf-16-le" if order == "<" else "utf-16-be", "replace").partition("\0")[0]
    if coding == b"JIS\0\0\0\0\0":
        return rest.decode("iso2022_jp", "replace").partition("\0")[0]
    return _ascii(rest if coding in (b"ASCII\0\0\0", bytes(_CHARACTERS)) else data)


def _copyright(data: bytes, _order: str) -> str:
    """The photographer's, then the editor's; a blank stands for nobody."""
    photographer, _, editor = data.rstrip(b"\0").partition(b"\0")
    names = (_ascii(each).strip() or "[None]" for each in (photographer, editor))
    return "{} (Photographer) - {} (Editor)".format(*names)


def _version(versions: Mapping[str, str], unknown: str) -> Callable[[bytes, str], str]:
    return lambda data, _order: versions.get(data[:4].decode("latin-1"), unknown)


def _components(data: bytes, _order: str) -> str:
    return " ".join(COMPONENTS[each] if each < len(COMPONENTS) else "Reserved" for each in data[:4])


def _seconds(value: float) -> str:
    return f"1/{1 / value:.0f} sec." if 0 < value < 1 else f"{value:.0f} sec."


def _within(least: float, most: float, tell: Callable[[float], str]) -> Callable[[float], str]:
    """A power of two is told of what is a number of steps, and of nothing that only looks like one."""
    return lambda value: tell(value) if least <= value <= most else f"{value:.2f} EV"


def _aperture(value: float) -> str:
    return f"{value:.2f} EV (f/{2 ** (value / 2):.1f})"


def _shutter(value: float) -> str:
    # Without the stop behind it, which stands before the bracket.
    return f"{value:.2f} EV ({_seconds(1 / 2**value)})"


def _brightness(value: float) -> str:
    return f"{value:.2f} EV ({_FOOT_LAMBERT * 2**value:.2f} cd/m^2)"


def _area(numbers: Sequence[int]) -> str:
    place = "(x,y) = ({},{})".format(*numbers[:2]) if len(numbers) >= 2 else ""
    match len(numbers):
        case 2:
            return place
        case 3:
            return f"Within distance {numbers[2]} of {place}"
        case 4:
            return f"Within rectangle (width {numbers[2]}, height {numbers[3]}) around {place}"
    return ", ".join(map(str, numbers))


def _sampling(numbers: Sequence[int]) -> str:
    known: dict[tuple[int, ...], str] = {(2, 1): "YCbCr4:2:2", (2, 2): "YCbCr4:2:0"}
    return known.get(tuple(numbers), ", ".join(map(str, numbers)))


_TEXTS: Mapping[str, Callable[[bytes, str], str]] = {
    "UserComment": _comment,
    "Copyright": _copyright,
    "ExifVersion": _version(EXIF_VERSIONS, "Unknown Exif Version"),
    "FlashpixVersion": _version(FLASHPIX_VERSIONS, "Unknown FlashPix Version"),
    "ComponentsConfiguration": _components,
    "InteroperabilityVersion": lambda data, _order: _ascii(data),
    "GPSVersionID": lambda data, _order: ".".join(map(str, data[:4])),
    "GPSProcessingMethod": _comment,
    "GPSAreaInformation": _comment,
    **dict.fromkeys(("XPTitle", "XPComment", "XPAuthor", "XPKeywords", "XPSubject"), _wide),
}
_SHAPES: Mapping[str, Callable[[Sequence[int]], str]] = {"SubjectArea": _area, "YCbCrSubSampling": _sampling}
_MEASURES: Mapping[str, Callable[[float], str]] = {
    "ExposureTime": _seconds,
    "FNumber": lambda value: f"f/{value:.1f}",
    "ApertureValue": _within(-64, 64, _aperture),
    "MaxApertureValue": _within(-64, 64, _aperture),
    "ShutterSpeedValue": _within(-64, 64, _shutter),
    "BrightnessValue": _within(-64, 64, _brightness),
    "ExposureBiasValue": lambda value: f"{value:.2f} EV",
    "FocalLength": lambda value: f"{value:.1f} mm",
    "SubjectDistance": lambda value: f"{value:.1f} m",
}
