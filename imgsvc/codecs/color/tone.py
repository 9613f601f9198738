"""Maps light beyond the white of a screen (PQ, HLG) to the range of one, and to the colors of sRGB.

COMPAT: as Chromium shows it: below the white of paper (203 cd/m², BT.2408) all light is reduced alike, above it a
parabola leads up to the brightest part, and all three colors of a pixel keep their proportions (the operator of
SMPTE ST 2094-50, annex C, in the primaries of BT.2020).
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageFilter

from imgsvc.codecs.spaces.space import BT_709, BT_2020, HLG, PQ, USUAL_PEAK, ColorSpace, Primaries
from imgsvc.options.modes import has_alpha, is_gray

_Light = numpy.typing.NDArray[Any]
_Pixels = numpy.typing.NDArray[Any]
_Samples = numpy.typing.NDArray[numpy.uint16]

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
# PERF: 60 ns for each pixel where the table is too coarse, and so 6 ms for a portion.
_BENT, _BRIGHT = 14 / 255, 1.2
_PORTION = 1 << 16
_LEVELS, _SAMPLES = 0xFF, 0xFFFF


def mapped(frame: Image.Image, space: ColorSpace, between: Callable[[], None] = lambda: None) -> Image.Image:
    """The frame in sRGB; its alpha stays. `between` is called now and then, and may end it by an error."""
    if not is_gray(frame.mode):
        colors = frame if frame.mode == "RGB" else frame.convert("RGB")
        shown = _mapped(colors, space, numpy.asarray(colors), _LEVELS, between)
        if has_alpha(frame.mode):
            shown.putalpha(frame.getchannel("A"))
        return shown
    if not has_alpha(frame.mode):
        return frame.point(_gray_levels(space))
    gray = frame.getchannel("L").point(_gray_levels(space))
    gray.putalpha(frame.getchannel("A"))
    return gray


def mapped_samples(samples: _Samples, space: ColorSpace, between: Callable[[], None] = lambda: None) -> Image.Image:
    """The same of rows of pixels of three samples of 16 bits, with their alpha if that is a fourth."""
    colors = samples[..., :3]
    rounded, exact = Image.fromarray(_rounded(colors)), replace(space, is_rounded=False)
    shown = _mapped(rounded, exact, colors, _SAMPLES, between)
    if samples.shape[-1] > colors.shape[-1]:
        shown.putalpha(Image.fromarray(_rounded(samples[..., 3])))
    return shown


def _rounded(samples: _Samples) -> _Pixels:
    """PERF: row by row, for else there would be four copies of all of them."""
    found = numpy.empty(samples.shape, numpy.uint8)
    for row, wanted in zip(samples, found, strict=True):
        wanted[:] = (row.astype(numpy.uint32) * _LEVELS + _SAMPLES // 2) // _SAMPLES
    return found


def _mapped(
    colors: Image.Image, space: ColorSpace, samples: _Pixels, most: int, between: Callable[[], None]
) -> Image.Image:
    """By the table, but where that is too coarse, as at the edge of what sRGB has: there each pixel by itself.

    `samples` are the same pixels, maybe finer, up to `most`.
    """
    between()
    found = colors.filter(_table(space))
    places, shown = numpy.flatnonzero(numpy.asarray(found.getchannel("A"))), found.convert("RGB")
    if not len(places):
        return shown
    levels = numpy.array(shown)
    pixels, samples = levels.reshape(-1, 3), samples.reshape(-1, 3)
    for at in range(0, len(places), _PORTION):
        between()
        chosen = places[at : at + _PORTION]
        pixels[chosen] = _exactly(samples[chosen], space, most)
    return Image.fromarray(levels)


def _exactly(samples: _Pixels, space: ColorSpace, most: int) -> _Pixels:
    lights = (_lights(space, most)[at][samples[:, at]] for at in range(3))
    shown = _on_srgb(numpy.stack(tuple(lights), axis=-1), space).clip(0, 1)
    # Roots are told apart where levels are.
    levels: _Pixels = _encoded_roots()[(numpy.sqrt(shown) * _SAMPLES).astype(numpy.uint16)]
    return levels


@lru_cache(maxsize=8)
def _lights(space: ColorSpace, most: int) -> _Light:
    """Of red, green and blue, for samples up to `most`."""
    lost = numpy.array(_LOST if space.is_rounded else (0, 0, 0))[:, None] / _LEVELS
    return _light_of((numpy.linspace(0, 1, most + 1) + lost).clip(0, 1), space)


@cache
def _encoded_roots() -> _Pixels:
    """The level of each amount of light, by its root."""
    light = numpy.linspace(0, 1, _SAMPLES + 1) ** 2
    levels: _Pixels = numpy.rint(_encoded(light) * _LEVELS).astype(numpy.uint8)
    return levels


# PERF: 4 MB each; most files say the same of their peak, or nothing.
@lru_cache(maxsize=4)
def _table(space: ColorSpace) -> ImageFilter.Color3DLUT:
    """Colors, and in place of alpha whether it bends around them."""
    steps, lost = numpy.linspace(0, 1, _GRID), _LOST if space.is_rounded else (0, 0, 0)
    lights = [_light_of((steps + levels / _LEVELS).clip(0, 1), space) for levels in lost]
    nodes = numpy.stack(numpy.meshgrid(*lights[::-1], indexing="ij")[::-1], axis=-1)
    shown = _encoded(_on_srgb(nodes, space))
    table = numpy.concatenate((shown, _is_bent(shown)[..., None]), axis=-1, dtype=numpy.float32)
    return ImageFilter.Color3DLUT(_GRID, table.reshape(-1), channels=4, target_mode="RGBA")


def _is_bent(shown: _Light) -> _Light:
    """Whether a color is far from the middle of its neighbors, on any of three axes."""
    found: _Light = numpy.zeros(shown.shape[:3], dtype=bool)
    # What is brighter than all there is does not matter.
    shown = shown.clip(max=_BRIGHT)
    for axis in range(3):
        along = numpy.moveaxis(shown, axis, 0)
        bend = abs(along[2:] - 2 * along[1:-1] + along[:-2])
        numpy.moveaxis(found, axis, 0)[1:-1] |= (bend > _BENT).any(axis=-1)
    return found


@lru_cache(maxsize=8)
def _gray_levels(space: ColorSpace) -> list[int]:
    gray = _light_of(numpy.linspace(0, 1, 256), space)[:, None].repeat(3, axis=1)
    return [round(float(level) * 255) for level in _encoded(_on_srgb(gray, space))[:, 1].clip(0, 1)]


def _light_of(samples: _Light, space: ColorSpace) -> _Light:
    light = _light_of_pq(samples) if space.curve == PQ else _scene_of_hlg(samples)
    return light.astype(numpy.float32)


def _on_srgb(light: _Light, space: ColorSpace) -> _Light:
    """Light of sRGB's colors; what no screen has is below 0 or above 1, so that values between are right."""
    if space.curve == HLG:
        light = _on_a_screen(light)
    light = light @ (_between(space.primaries, BT_2020) / numpy.float32(_WHITE))
    light *= _gain(numpy.maximum(numpy.maximum(light[..., 0], light[..., 1]), light[..., 2]), space.peak)[..., None]
    shown: _Light = light @ _between(BT_2020, BT_709)
    return shown


@cache
def _between(source: Primaries, result: Primaries) -> _Light:
    """What rows of three are multiplied by. PERF: contiguous, for else numpy takes 80 times as long."""
    matrix = numpy.linalg.solve(result.to_xyz, source.to_xyz).T
    return numpy.ascontiguousarray(matrix, dtype=numpy.float32)


def _encoded(light: _Light) -> _Light:
    """As samples of sRGB."""
    amount = abs(light)
    encoded = numpy.where(amount <= 0.0031308, 12.92 * amount, 1.055 * amount ** numpy.float32(1 / 2.4) - 0.055)
    signed: _Light = numpy.copysign(encoded, light)
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
