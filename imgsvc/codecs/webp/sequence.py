"""Compresses WebP through libwebp itself: animations, and presets, near-lossless and sharp color.

A still picture goes the same way as an animation: of one frame libwebp makes no animation.
"""

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from PIL import Image, _webp

from imgsvc.codecs.color.hidden import covered
from imgsvc.codecs.native.linked import library_of
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.webp.structures import ENCODER_ABI, MUX_ABI, AnimationOptions, Config, Data, PictureView
from imgsvc.options.modes import has_alpha, in_color
from imgsvc.options.saving import WebpPreset

# COMPAT: no frame but the first is whole for its own sake, as none is in imgproxy's files.
_KEYFRAMES = ((1 << 31) - 2, (1 << 31) - 1)
# A frame of fewer colors is drawn rather than photographed: without loss it is smaller, and libwebp finds that out.
_MANY_COLORS = 96
_OPAQUE = 255


class Compressed(NamedTuple):
    """A file without metadata, and whether something of it is."""

    body: bytes
    is_transparent: bool


def fault(version: int = ENCODER_ABI) -> str | None:
    """What is wrong with the libwebp that Pillow is linked with, if anything; `version` is the interface's."""
    is_known = _library().WebPConfigInitInternal(ctypes.byref(Config()), 0, 75.0, version)
    return None if is_known else f"linked with a libwebp whose encoder's interface is not {version >> 8}.x"


def config(preset: WebpPreset) -> Config:
    """What libwebp takes for a picture of this kind."""
    made = Config()
    number = list(WebpPreset).index(preset)
    if not _library().WebPConfigInitInternal(ctypes.byref(made), number, 75.0, ENCODER_ABI):
        raise OSError("libwebp has another encoder's interface")
    return made


def compressed(picture: Picture, how: Config, check: Callable[[], None]) -> Compressed:
    """Every frame; `check` is called before each."""
    with _encoder(picture, how) as encoder:
        begins, is_transparent = 0, False
        delays = picture.delays_ms if picture.is_animated else (0,)
        for frame, delay in zip(picture.frames, delays, strict=True):
            check()
            is_transparent = is_transparent or _is_transparent(frame)
            # Frames of an animation lie over each other: what is hidden in one costs more there if it changes.
            shown = frame if how.lossless or picture.is_animated else covered(frame)
            _add(encoder, shown, begins, how, halved=picture.is_animated and _is_halved(frame, how))
            begins += delay
        _done(encoder, _library().WebPAnimEncoderAdd(encoder, None, begins, None))
        return Compressed(_assembled(encoder), is_transparent)


def _is_transparent(frame: Image.Image) -> bool:
    """Somewhere."""
    return has_alpha(frame.mode) and frame.getchannel("A").getextrema()[0] != _OPAQUE


def _is_halved(frame: Image.Image, how: Config) -> bool:
    """Whether the color between a frame's pixels is lost before it is held beside the one before it.

    COMPAT: imgproxy hands over all frames in this way. With loss that resolution goes anyway; gone beforehand, nothing
    is paid for it. Frames of few colors could not be written without loss any more.
    """
    return not (how.lossless or how.use_sharp_yuv or frame.getcolors(_MANY_COLORS - 1))


@contextmanager
def _encoder(picture: Picture, how: Config) -> Iterator[int]:
    options = AnimationOptions()
    _library().WebPAnimEncoderOptionsInitInternal(ctypes.byref(options), MUX_ABI)
    options.loop_count = picture.loop
    options.kmin, options.kmax = _KEYFRAMES
    options.allow_mixed = not how.lossless
    encoder = _library().WebPAnimEncoderNewInternal(*picture.size, ctypes.byref(options), MUX_ABI)
    if not encoder:
        raise OSError("libwebp has another multiplexer's interface, or no memory")
    try:
        yield encoder
    finally:
        _library().WebPAnimEncoderDelete(encoder)


def _add(encoder: int, frame: Image.Image, begins: int, how: Config, *, halved: bool) -> None:
    view = PictureView()
    _library().WebPPictureInitInternal(ctypes.byref(view), ENCODER_ABI)
    view.use_argb = not halved
    view.width, view.height = frame.size
    mode = in_color(frame.mode)
    pixels = frame.convert(mode).tobytes()
    take = _library().WebPPictureImportRGBA if has_alpha(mode) else _library().WebPPictureImportRGB
    try:
        if not take(ctypes.byref(view), pixels, frame.width * len(mode)):
            raise OSError(f"libwebp does not take the pixels: error {view.error_code}")
        _done(encoder, _library().WebPAnimEncoderAdd(encoder, ctypes.byref(view), begins, ctypes.byref(how)))
    finally:
        _library().WebPPictureFree(ctypes.byref(view))


def _assembled(encoder: int) -> bytes:
    found = Data()
    try:
        _done(encoder, _library().WebPAnimEncoderAssemble(encoder, ctypes.byref(found)))
        return ctypes.string_at(found.bytes, found.size)
    finally:
        _library().WebPFree(found.bytes)


def _done(encoder: int, is_done: int) -> None:
    if not is_done:
        raise OSError(f"libwebp: {_library().WebPAnimEncoderGetError(encoder).decode('ascii', 'replace')}")


@cache
def _library() -> ctypes.CDLL:
    library = library_of(_webp)
    pointer, integer = ctypes.c_void_p, ctypes.c_int
    library.WebPConfigInitInternal.argtypes = (pointer, integer, ctypes.c_float, integer)
    library.WebPPictureInitInternal.argtypes = (pointer, integer)
    for name in ("WebPPictureImportRGB", "WebPPictureImportRGBA"):
        getattr(library, name).argtypes = (pointer, ctypes.c_char_p, integer)
    library.WebPPictureFree.argtypes = (pointer,)
    library.WebPAnimEncoderOptionsInitInternal.argtypes = (pointer, integer)
    library.WebPAnimEncoderNewInternal.argtypes = (integer, integer, pointer, integer)
    library.WebPAnimEncoderNewInternal.restype = pointer
    library.WebPAnimEncoderAdd.argtypes = (pointer, pointer, integer, pointer)
    library.WebPAnimEncoderAssemble.argtypes = (pointer, pointer)
    library.WebPAnimEncoderGetError.argtypes = (pointer,)
    library.WebPAnimEncoderGetError.restype = ctypes.c_char_p
    library.WebPAnimEncoderDelete.argtypes = (pointer,)
    library.WebPFree.argtypes = (pointer,)
    return library
