"""Brings pixels into gray or RGB of 8 bits for processing, and into sRGB for the result.

SECURITY: ImageCms writes out of bounds where a profile and an image disagree in channels (CVE-2026-59205, unfixed in
Pillow-SIMD 12.1.1), so a profile's header is compared with the image's mode before lcms sees either.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import numpy
import numpy.typing
from PIL import Image, ImageCms

from imgsvc.codecs.color.cmyk import without_profile
from imgsvc.codecs.color.tone import mapped
from imgsvc.codecs.picture import Picture
from imgsvc.options.modes import PROCESSED, SIXTEEN_BITS, has_alpha, is_gray, without_alpha

_SIGNATURES = {"L": b"GRAY", "RGB": b"RGB ", "CMYK": b"CMYK"}
_CLASSES = frozenset({b"mntr", b"scnr", b"prtr", b"spac"})
_MAX_PROFILE = 4 << 20
_HEADER_BYTES = 132
# Of a profile's header.
_MOMENT = slice(24, 36)
# NOTE: of gray lcms makes a coarse table, in which the darkest levels of linear light are half of what they are.
_FLAGS = {"L": ImageCms.Flags.NOOPTIMIZE}
# More than rounding makes of a color.
_VISIBLE = 2

_Transform = ImageCms.ImageCmsTransform
_Pixels = numpy.typing.NDArray[Any]


@cache
def _srgb() -> Any:
    return ImageCms.createProfile("sRGB")


@cache
def srgb_profile() -> bytes:
    """SRGB as ICC has it, the same bytes in every process: lcms writes the moment into it."""
    profile = ImageCms.ImageCmsProfile(_srgb()).tobytes()
    return profile[: _MOMENT.start] + bytes(len(range(_MOMENT.start, _MOMENT.stop))) + profile[_MOMENT.stop :]


def to_processing(
    picture: Picture, *, keeps_depth: bool = False, between: Callable[[], None] = lambda: None
) -> Picture:
    """Frames in L, LA, RGB or RGBA; ink is converted by its profile, which then is that of the ink alone.

    Samples of 16 bits stay so where their depth is kept. Else light beyond the white of a screen is mapped to the
    range of one here, not in the result: steps cut, mark and pad what is shown.
    That takes long: `between` is called now and then, and may end it by an error.
    """
    if keeps_depth and picture.frames[0].mode.startswith(SIXTEEN_BITS):
        return picture.map(_in_machine_order)
    if picture.frames[0].mode == "CMYK":
        transform = _transform(picture.profile, "CMYK")
        convert = transform.apply if transform else without_profile
        return replace(picture.map(convert), profile=None, ink=picture.profile if transform else None)
    processed = picture.map(eight_bit)
    space = picture.color_space
    if space and space.is_hdr:
        return replace(processed.map(lambda frame: mapped(frame, space, between)), profile=None, color_space=None)
    return processed.with_profile(_matching(processed))


def to_result(picture: Picture, *, keep_profile: bool) -> Picture:
    """The picture with its profile, or in sRGB (gray stays gray) and without one."""
    profile = _matching(picture)
    if keep_profile or profile is None:
        return picture.with_profile(profile)
    transform = _transform(profile, without_alpha(picture.frames[0].mode))
    converted = picture.map(lambda frame: _applied(frame, transform)) if transform else picture
    return converted.with_profile(None)


def _matching(picture: Picture) -> bytes | None:
    """The profile, if it is one for all of the frames."""
    modes = {_device(frame.mode, in_planes=picture.are_planes) for frame in picture.held}
    return picture.profile if len(modes) == 1 and is_usable(picture.profile, modes.pop()) else None


def _device(mode: str, *, in_planes: bool) -> str:
    """The mode of which a profile may speak."""
    return ("RGB" if in_planes else "L") if mode == SIXTEEN_BITS else without_alpha(mode)


def is_usable(profile: bytes | None, mode: str) -> bool:
    """Whether the header says that this is a device profile for pixels of `mode` (without alpha)."""
    return (
        profile is not None
        and _HEADER_BYTES <= len(profile) <= _MAX_PROFILE
        and profile[36:40] == b"acsp"
        and int.from_bytes(profile[:4], "big") <= len(profile)
        and profile[12:16] in _CLASSES
        and profile[16:20] == _SIGNATURES.get(mode)
        and profile[20:24] in (b"XYZ ", b"Lab ")
    )


@lru_cache(maxsize=8)
def _transform(profile: bytes | None, mode: str) -> _Transform | None:
    """From the profile to sRGB; None if it is unusable, broken, or sRGB already."""
    if profile is None or not is_usable(profile, mode):
        return None
    try:
        transform = ImageCms.buildTransform(
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            _srgb(),
            mode,
            "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=_FLAGS.get(mode, ImageCms.Flags.NONE),
        )
        return transform if mode == "CMYK" or _changes(transform, mode) else None
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _changes(transform: _Transform, mode: str) -> bool:
    """Whether any color of a coarse grid moves visibly: profiles of sRGB are many, and none is worth converting."""
    if mode == "L":
        grid = _ramp()
    else:
        steps = range(0, 256, 51)
        grid = Image.frombytes(
            "RGB", (216, 1), bytes(c for r in steps for g in steps for b in steps for c in (r, g, b))
        )
    before, after = (numpy.asarray(each.convert("RGB"), dtype=int) for each in (grid, transform.apply(grid)))
    return bool(abs(before - after).max() > _VISIBLE)


def _ramp() -> Image.Image:
    """All levels of gray."""
    return Image.frombytes("L", (256, 1), bytes(range(256)))


def _applied(frame: Image.Image, transform: _Transform) -> Image.Image:
    """The frame in sRGB; alpha is carried around the conversion, and gray comes back as gray."""
    colors = frame.convert(without_alpha(frame.mode)) if has_alpha(frame.mode) else frame
    if is_gray(frame.mode):
        result = colors.point(transform.apply(_ramp()).getchannel("G").tobytes())
    else:
        result = transform.apply(colors)
    if has_alpha(frame.mode):
        result.putalpha(frame.getchannel("A"))
    return result


def eight_bit(frame: Image.Image) -> Image.Image:
    """Any of Pillow's modes as L, LA, RGB or RGBA."""
    mode = frame.mode
    if mode.startswith("I;16"):
        frame, mode = _from_array(numpy.asarray(frame) >> 8), "L"
    elif mode == "I":
        # Pillow's name for 16-bit gray where it is not I;16; 32-bit files are rare, and clipped.
        frame, mode = _from_array(numpy.asarray(frame).clip(0, 65535) >> 8), "L"
    elif mode == "F":
        frame, mode = _from_array(_float(frame)), "L"
    elif mode == "LAB":
        return _lab(frame)
    if frame.has_transparency_data:
        return frame if has_alpha(mode) else frame.convert("LA" if mode in ("1", "L", "La") else "RGBA")
    if mode in PROCESSED:
        return frame
    return frame.convert("L" if mode == "1" else "RGB")


def _in_machine_order(frame: Image.Image) -> Image.Image:
    """NOTE: Pillow has another mode for 16 bits with the higher byte first, and cannot do with it what it can else."""
    return Image.fromarray(numpy.asarray(frame).astype(numpy.uint16, copy=False))


def _from_array(values: _Pixels) -> Image.Image:
    return Image.fromarray(values.astype(numpy.uint8))


def _float(frame: Image.Image) -> _Pixels:
    """Floats from 0 to 1, or to 255 if any is above 1, as 0 to 255."""
    values: _Pixels = numpy.nan_to_num(numpy.asarray(frame, dtype=numpy.float64))
    scaled: _Pixels = values * (255 if values.max(initial=0) <= 1 else 1)
    return scaled.clip(0, 255)


def _lab(frame: Image.Image) -> Image.Image:
    transform = ImageCms.buildTransform(ImageCms.createProfile("LAB"), _srgb(), "LAB", "RGB")
    return transform.apply(frame)
