"""Color spaces that a file names without an ICC profile: their primaries, and the curve from samples to light."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy

from imgsvc.codecs.spaces.icc import Matrix, gray_profile, rgb_profile

Chromaticity = tuple[float, float]

D65 = (0.3127, 0.329)
# Candelas a square meter of the brightest part, where a file does not say it.
USUAL_PEAK = 1000.0
# Of a mastering display's volume (SMPTE ST 2086): behind eight chromaticities, in ten thousandths.
_MASTERING_BYTES, _MOST_AT, _MASTERING_UNIT = 24, 16, 10_000


@dataclass(frozen=True, slots=True)
class Primaries:
    """Where red, green, blue and white are (CIE 1931)."""

    name: str
    red: Chromaticity
    green: Chromaticity
    blue: Chromaticity
    white: Chromaticity = D65

    @property
    def to_xyz(self) -> Matrix:
        """The three as columns, of which white is the sum."""
        columns = numpy.array([_of(each) for each in (self.red, self.green, self.blue)]).T
        white = _of(self.white)
        scaled: Matrix = columns * numpy.linalg.solve(columns, white / white[1])
        return scaled


def _of(at: Chromaticity) -> Matrix:
    x, y = at
    return numpy.array([x, y, 1 - x - y])


def measured(*places: Chromaticity) -> Primaries | None:
    """Those of a file's own: red, green, blue and white; None where they are no triangle around white."""
    found = Primaries("its own", *places)
    if not found.white[1] > 0:
        return None
    try:
        shares = found.to_xyz.sum(axis=0)
    except numpy.linalg.LinAlgError:
        return None
    # There is some light of each.
    return found if (shares > 0).all() else None


@dataclass(frozen=True, slots=True)
class Curve:
    """From samples to light: a gamma, or that with a straight part, as ICC's parametric curve 3 has it.

    One without parameters is for light beyond the white of a screen.
    """

    name: str
    parameters: tuple[float, ...] = ()


BT_709 = Primaries("sRGB", (0.64, 0.33), (0.3, 0.6), (0.15, 0.06))
BT_2020 = Primaries("BT.2020", (0.708, 0.292), (0.17, 0.797), (0.131, 0.046))
DISPLAY_P3 = Primaries("Display P3", (0.68, 0.32), (0.265, 0.69), (0.15, 0.06))

SRGB = Curve("sRGB", (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
LINEAR = Curve("linear", (1.0,))
# White is less than all that there is.
SMPTE_428 = Curve("SMPTE 428", (2.6, (52.37 / 48) ** (1 / 2.6), 0, 0, 0))
PQ, HLG = Curve("PQ"), Curve("HLG")


def gamma(exponent: float) -> Curve:
    """That power."""
    return Curve(f"gamma {exponent:.4g}", (exponent,))


@dataclass(frozen=True, slots=True)
class ColorSpace:
    """What samples mean."""

    primaries: Primaries
    curve: Curve
    # Of the brightest part; of no concern but where the curve is for more than a screen's white.
    peak: float = USUAL_PEAK
    # Its samples had more bits than a decoder gave.
    is_rounded: bool = False

    @property
    def is_hdr(self) -> bool:
        """It has light beyond the white of a screen, which no profile for eight bits says."""
        return not self.curve.parameters

    def profile(self, *, is_gray: bool = False) -> bytes | None:
        """The ICC profile that says the same; None for sRGB, and for what none can say."""
        return _profile(self.primaries, self.curve, is_gray)

    def describe(self) -> str:
        """In words."""
        text = f"primaries of {self.primaries.name}, curve {self.curve.name}"
        return f"{text}, up to {self.peak:g} cd/m², mapped to the range of a screen" if self.is_hdr else text


@cache
def _profile(primaries: Primaries, curve: Curve, is_gray: bool) -> bytes | None:
    is_srgb = curve == SRGB and (is_gray or primaries == BT_709)
    if is_srgb or not curve.parameters:
        return None
    name = f"{primaries.name}, {curve.name}"
    to_xyz: Any = primaries.to_xyz
    if is_gray:
        return gray_profile(name, to_xyz.sum(axis=1), curve.parameters)
    return rgb_profile(name, to_xyz, curve.parameters)


def peak_of(content_level: float, mastering: bytes) -> float:
    """Candelas a square meter: of the content, or else of the screen that it was made on, or else what is usual."""
    is_said = len(mastering) == _MASTERING_BYTES
    screen = int.from_bytes(mastering[_MOST_AT : _MOST_AT + 4]) / _MASTERING_UNIT if is_said else 0.0
    return content_level or screen or USUAL_PEAK
