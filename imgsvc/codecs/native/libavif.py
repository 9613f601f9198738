"""Calls libavif, which pillow-avif-plugin is linked with, for the samples of which that gives no more than eight bits.

Its interface is known by the version that it says of itself.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import numpy
import numpy.typing
from pillow_avif import AvifImagePlugin

from imgsvc.codecs.native.linked import library_of
from imgsvc.options.geometry import Size

Samples = numpy.typing.NDArray[numpy.uint16]

# Of which the structure below is.
_MAJOR = b"1."
_RGB, _RGBA, _DEPTH = 0, 1, 16


class _Rgb(ctypes.Structure):
    """Where pixels are put, and how (avifRGBImage)."""

    _fields_ = (
        ("width", ctypes.c_uint32),
        ("height", ctypes.c_uint32),
        ("depth", ctypes.c_uint32),
        ("format", ctypes.c_int),
        ("chroma_upsampling", ctypes.c_int),
        ("chroma_downsampling", ctypes.c_int),
        ("avoid_libyuv", ctypes.c_int),
        ("ignore_alpha", ctypes.c_int),
        ("alpha_premultiplied", ctypes.c_int),
        ("is_float", ctypes.c_int),
        ("max_threads", ctypes.c_int),
        ("pixels", ctypes.c_void_p),
        ("row_bytes", ctypes.c_uint32),
    )


def samples_of(data: bytes, size: Size, *, has_alpha: bool) -> Samples | None:
    """Rows of pixels of three or four samples of 16 bits; None where libavif is another, or the file not as it says."""
    library = _library()
    if library is None:
        return None
    with _decoded(library, data) as image:
        if image is None:
            return None
        target = _Rgb()
        library.avifRGBImageSetDefaults(ctypes.byref(target), image)
        if (target.width, target.height) != (size.width, size.height):
            return None
        found = numpy.empty((size.height, size.width, 4 if has_alpha else 3), numpy.uint16)
        target.format, target.depth, target.max_threads = _RGBA if has_alpha else _RGB, _DEPTH, 1
        target.pixels, target.row_bytes = found.ctypes.data, found.strides[0]
        return None if library.avifImageYUVToRGB(image, ctypes.byref(target)) else found


@contextmanager
def _decoded(library: Any, data: bytes) -> Iterator[Any]:
    """Its picture, as it is coded; None where there is none."""
    decoder, image = library.avifDecoderCreate(), library.avifImageCreateEmpty()
    try:
        is_there = decoder and image and not library.avifDecoderReadMemory(decoder, image, data, len(data))
        yield image if is_there else None
    finally:
        for destroy, what in ((library.avifImageDestroy, image), (library.avifDecoderDestroy, decoder)):
            if what:
                destroy(what)


@cache
def _library() -> Any:
    library = library_of(AvifImagePlugin._avif)
    try:
        library.avifVersion.restype = ctypes.c_char_p
        if not library.avifVersion().startswith(_MAJOR):
            return None
        for create in (library.avifDecoderCreate, library.avifImageCreateEmpty):
            create.restype = ctypes.c_void_p
        for destroy in (library.avifDecoderDestroy, library.avifImageDestroy):
            destroy.argtypes, destroy.restype = (ctypes.c_void_p,), None
        read = library.avifDecoderReadMemory
        read.argtypes = ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_size_t
        library.avifRGBImageSetDefaults.argtypes = ctypes.c_void_p, ctypes.c_void_p
        library.avifRGBImageSetDefaults.restype = None
        library.avifImageYUVToRGB.argtypes = ctypes.c_void_p, ctypes.c_void_p
    except AttributeError:
        return None
    return library
