"""Maps light beyond the white of a screen (PQ, HLG) to the range of one, and to the colors of sRGB.

COMPAT: as Chromium shows it: below the white of paper (203 cd/m², BT.2408) all light is reduced alike, above it a
parabola leads up to the brightest part, and all three colors of a pixel keep their proportions (the operator of
SMPTE ST 2094-50, annex C, in the primaries of BT.2020).
"""

from functools import lru_cache
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageFilter

from imgsvc.codecs.spaces.space import BT_709, BT_2020, HLG, PQ, USUAL_PEAK, ColorSpace
from imgsvc.options.modes import has_alpha, is_gray

_Light = numpy.typing.NDArray[Any]

_WHITE = 203.0
# Stops above white, of which no more are told apart.
_MOST_STOPS = 6.0
# How far towards the end the parabola keeps its first slope.
_BEND = 0.65

# SMPTE ST 2084.
_PQ_PEAK = 10_000.0
_M1, _M2, _C1, _C2, _C3 = 2610 / 16384, 2523 / 32, 3424 / 4096, 2413 / 128, 2392 / 128
# BT.2100, for a screen of 1,000 cd/m².
_A, _B, _C, _HLG_PEAK, _SYSTEM_GAMMA = 0.17883277, 0.28466892, 0.55991073, 1000.0, 1.2

# NOTE: libyuv, and libheif at times, cuts YCbCr of 10 bits down to 8 before it makes RGB of it, so that red and blue
# are too low by so much of a level, and green is too high; a level of PQ is two of sRGB.
_LOST = (0.5, -0.35, 0.65)
# PERF: 7 ns for each pixel; with 33 it is 5, and colors that no screen has are off by twice as much.
_GRID = 65


def mapped(frame: Image.Image, space: ColorSpace) -> Image.Image:
    """The frame in sRGB; its alpha stays."""
    if not is_gray(frame.mode):
        return frame.filter(_table(space))
    if not has_alpha(frame.mode):
        return frame.point(_levels(space))
    gray = frame.getchannel("L").point(_levels(space))
    gray.putalpha(frame.getchannel("A"))
    return gray


# PERF: 3 MB each; most files say the same of their peak, or nothing.
@lru_cache(maxsize=4)
def _table(space: ColorSpace) -> ImageFilter.Color3DLUT:
    steps, lost = numpy.linspace(0, 1, _GRID), _LOST if space.is_rounded else (0, 0, 0)
    lights = [_light_of((steps + levels / 255).clip(0, 1), space) for levels in lost]
    shown = _shown(numpy.stack(numpy.meshgrid(*lights[::-1], indexing="ij")[::-1], axis=-1), space)
    return ImageFilter.Color3DLUT(_GRID, shown.reshape(-1))


@lru_cache(maxsize=8)
def _levels(space: ColorSpace) -> list[int]:
    gray = _light_of(numpy.linspace(0, 1, 256), space)[:, None].repeat(3, axis=1)
    return [round(float(level) * 255) for level in _shown(gray, space)[:, 1].clip(0, 1)]


def _light_of(samples: _Light, space: ColorSpace) -> _Light:
    light = _light_of_pq(samples) if space.curve == PQ else _scene_of_hlg(samples)
    return light.astype(numpy.float32)


def _shown(light: _Light, space: ColorSpace) -> _Light:
    """Rows of three as samples of sRGB; what no screen has is below 0 or above 1, so that values between are right."""
    to_2020 = numpy.linalg.solve(BT_2020.to_xyz, space.primaries.to_xyz)
    to_srgb = numpy.linalg.solve(BT_709.to_xyz, BT_2020.to_xyz)
    if space.curve == HLG:
        light = _on_a_screen(light)
    light = light @ (to_2020.T / _WHITE).astype(numpy.float32)
    light *= _gain(light.max(axis=-1), space.peak)[..., None]
    shown = light @ to_srgb.T.astype(numpy.float32)
    amount = abs(shown)
    encoded = numpy.where(amount <= 0.0031308, 12.92 * amount, 1.055 * amount ** numpy.float32(1 / 2.4) - 0.055)
    signed: _Light = numpy.copysign(encoded, shown)
    return signed


def _light_of_pq(samples: _Light) -> _Light:
    power = samples ** (1 / _M2)
    light: _Light = _PQ_PEAK * ((power - _C1).clip(0) / (_C2 - _C3 * power)) ** (1 / _M1)
    return light


def _scene_of_hlg(samples: _Light) -> _Light:
    scene: _Light = numpy.where(samples <= 0.5, samples**2 / 3, (numpy.exp((samples - _C) / _A) + _B) / 12)
    return scene


def _on_a_screen(scene: _Light) -> _Light:
    """What a screen makes of the light of a scene: more contrast."""
    brightness = scene @ BT_2020.to_xyz[1].astype(numpy.float32)
    light: _Light = _HLG_PEAK * scene * brightness[..., None] ** numpy.float32(_SYSTEM_GAMMA - 1)
    return light


def _gain(brightest: _Light, peak: float) -> _Light:
    """What a pixel is multiplied by, whose brightest color has so much light; white is 1."""
    stops = min(_MOST_STOPS, max(0.0, float(numpy.log2(peak / _WHITE))))
    white = 1 - 0.5 * min(stops / float(numpy.log2(USUAL_PEAK / _WHITE)), 1)
    end = 2.0**stops
    if stops == 0:
        return numpy.ones_like(brightest)
    # A quadratic Bezier curve from white to the peak, tangent to what is below white.
    middle = 1 + _BEND * (1 / white - 1)
    second, first = 1 - 2 * middle + end, 2 * (middle - 1)
    root = numpy.sqrt((first**2 - 4 * second * (1 - brightest)).clip(0))
    at = ((root - first) / (2 * second)).clip(0, 1)
    shown = (1 - at) ** 2 * white + 2 * at * (1 - at) * white * middle + at**2
    gain: _Light = numpy.where(brightest <= 1, white, shown / brightest.clip(1))
    return gain
