"""What the chunks of a PNG say of its colors: by numbers, by a profile, as sRGB, or by a gamma and primaries.

The first of these that there is counts (PNG specification, third edition, 4.3).
COMPAT: what Chromium makes of each; libvips, and so imgproxy, obeys profiles alone.
"""

import struct
from collections.abc import Mapping
from dataclasses import replace

from imgsvc.codecs.spaces.cicp import of_cicp
from imgsvc.codecs.spaces.space import BT_709, ColorSpace, Primaries, gamma, measured, peak_of

# What says something of colors, besides a profile.
KINDS = frozenset({b"cICP", b"sRGB", b"gAMA", b"cHRM", b"cLLI", b"mDCV"})
_UNIT = 100_000
# 1/2.2, which without primaries is said of what is sRGB.
_USUAL_GAMMA = 45_455
# Beyond these all is black, or white.
_LEAST_EXPONENT, _MOST_EXPONENT = 0.01, 100.0
_LIGHT_UNIT = 10_000
# Of what is a profile.
_MARK = slice(36, 40)


def space_of(found: Mapping[bytes, bytes], profile: bytes | None) -> ColorSpace | None:
    """The color space that is named, unless a profile counts; None for sRGB, too, where it is said in words."""
    if space := of_cicp(found.get(b"cICP", b"")):
        return replace(space, peak=_peak(found)) if space.is_hdr else space
    is_said_otherwise = (profile or b"")[_MARK] == b"acsp" or len(found.get(b"sRGB", b"")) == 1
    return None if is_said_otherwise else _measured(found.get(b"gAMA", b""), found.get(b"cHRM", b""))


def _peak(found: Mapping[bytes, bytes]) -> float:
    levels = found.get(b"cLLI", b"")
    most = int.from_bytes(levels[:4]) / _LIGHT_UNIT if len(levels) == 8 else 0.0
    return peak_of(most, found.get(b"mDCV", b""))


def _measured(exponent: bytes, chromaticities: bytes) -> ColorSpace | None:
    """By a gamma; primaries alone say nothing, and those that cannot be leave the gamma nothing to say either."""
    encoding = int.from_bytes(exponent) if len(exponent) == 4 else 0
    has_primaries = len(chromaticities) == 32
    if not encoding or (encoding == _USUAL_GAMMA and not has_primaries):
        return None
    primaries = _primaries(chromaticities) if has_primaries else BT_709
    curve = gamma(min(max(_UNIT / encoding, _LEAST_EXPONENT), _MOST_EXPONENT))
    return ColorSpace(primaries, curve) if primaries else None


def _primaries(content: bytes) -> Primaries | None:
    numbers = [each / _UNIT for each in struct.unpack(">8I", content)]
    white, *colors = zip(numbers[::2], numbers[1::2], strict=True)
    return measured(*colors, white)
