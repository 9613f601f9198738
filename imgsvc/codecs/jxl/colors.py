"""The color space of a JPEG XL's pixels, which it mostly has by name."""

from collections.abc import Mapping

from imgsvc.codecs.jxl.structures import ColorEncoding, Transfer
from imgsvc.codecs.spaces.space import (
    BT_709,
    BT_2020,
    D65,
    DISPLAY_P3,
    HLG,
    LINEAR,
    PQ,
    SMPTE_428,
    SRGB,
    ColorSpace,
    Curve,
    Primaries,
    measured,
)

_GRAY, _OWN = 1, 2
_PRIMARIES: Mapping[int, Primaries] = {1: BT_709, 9: BT_2020, 11: DISPLAY_P3}
_WHITES: Mapping[int, tuple[float, float]] = {1: D65, 10: (1 / 3, 1 / 3), 11: (0.314, 0.351)}
# COMPAT: Chromium takes the curve of television for that of sRGB, as it does in AVIF.
_CURVES: Mapping[int, Curve] = {
    Transfer.TELEVISION: SRGB,
    Transfer.LINEAR: LINEAR,
    Transfer.SRGB: SRGB,
    Transfer.PQ: PQ,
    Transfer.CINEMA: SMPTE_428,
    Transfer.HLG: HLG,
}


def space_of(colors: ColorEncoding | None) -> ColorSpace | None:
    """What they mean; None where a profile says it, or a curve that profiles can have for eight bits."""
    curve = _CURVES.get(colors.transfer_function) if colors else None
    if not colors or not curve:
        return None
    if colors.color_space == _GRAY:
        return ColorSpace(BT_709, curve)
    primaries = _primaries(colors)
    return ColorSpace(primaries, curve) if primaries else None


def _primaries(colors: ColorEncoding) -> Primaries | None:
    own, known = colors.primaries_xy, _PRIMARIES.get(colors.primaries)
    white = tuple(colors.white_point_xy) if colors.white_point == _OWN else _WHITES.get(colors.white_point)
    if not white or not (known or colors.primaries == _OWN):
        return None
    if known and white == known.white:
        return known
    places = (known.red, known.green, known.blue) if known else zip(own[::2], own[1::2], strict=True)
    return measured(*places, (white[0], white[1]))
