"""Decodes a still WebP at a smaller size, through the same libwebp that Pillow is linked with.

PERF: libwebp scales while it decodes, which takes a third of the time of decoding all and scaling then.
COMPAT: libvips does so, and what libwebp's scaler makes of a picture looks a little different.
"""

import ctypes
from functools import cache

from PIL import Image, _imaging, _webp

from imgsvc.codecs.native.linked import library_of
from imgsvc.options.geometry import Size

# The layout below is that of this version, and of those with the same upper byte; libwebp refuses another one.
_ABI_VERSION = 0x0209
_RGBA, _BYTES = 1, 4


class _Features(ctypes.Structure):
    _fields_ = (("known", ctypes.c_int * 5), ("padding", ctypes.c_uint32 * 5))


class _Pixels(ctypes.Structure):
    _fields_ = (("rgba", ctypes.c_void_p), ("stride", ctypes.c_int), ("size", ctypes.c_size_t))


class _Planes(ctypes.Structure):
    _fields_ = (("planes", ctypes.c_void_p * 4), ("strides", ctypes.c_int * 4), ("sizes", ctypes.c_size_t * 4))


class _Buffers(ctypes.Union):
    _fields_ = (("pixels", _Pixels), ("planes", _Planes))


class _Output(ctypes.Structure):
    _fields_ = (
        ("colorspace", ctypes.c_int),
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("is_external_memory", ctypes.c_int),
        ("buffers", _Buffers),
        ("padding", ctypes.c_uint32 * 4),
        ("private_memory", ctypes.c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        # Filtering, upsampling, and cropping.
        ("others", ctypes.c_int * 7),
        ("use_scaling", ctypes.c_int),
        ("scaled_width", ctypes.c_int),
        ("scaled_height", ctypes.c_int),
        # Threads, dithering, flipping.
        ("more", ctypes.c_int * 4),
        ("padding", ctypes.c_uint32 * 5),
    )


class _Config(ctypes.Structure):
    _fields_ = (("input", _Features), ("output", _Output), ("options", _Options))


def decode_scaled(data: bytes, size: Size, *, has_alpha: bool) -> Image.Image | None:
    """The image at `size`, which is no larger than its own; None if the file is damaged.

    PERF: libwebp writes where Pillow has its pixels, of four bytes each: copied there they were held three times.
    """
    library, config = _library(), _Config()
    if not library.WebPInitDecoderConfigInternal(ctypes.byref(config), _ABI_VERSION):
        return None
    stride = size.width * _BYTES
    pixels = ctypes.create_string_buffer(stride * size.height)
    config.options.use_scaling = 1
    config.options.scaled_width, config.options.scaled_height = size
    # Without alpha the fourth is 255, as Pillow has it.
    config.output.colorspace = _RGBA
    config.output.is_external_memory = 1
    config.output.buffers.pixels = _Pixels(ctypes.addressof(pixels), stride, len(pixels))
    if library.WebPDecode(data, len(data), ctypes.byref(config)):
        return None
    return _around("RGBA" if has_alpha else "RGB", size, pixels)


def _around(mode: str, size: Size, pixels: ctypes.Array[ctypes.c_char]) -> Image.Image:
    """`Image.frombuffer`, which takes RGB for three bytes a pixel, and copies it."""
    image: Image.Image = Image.new(mode, (0, 0))._new(_imaging.map_buffer(pixels, size, "raw", 0, (mode, 0, 1)))
    image.readonly = 1
    return image


def fault(version: int = _ABI_VERSION) -> str | None:
    """What is wrong with the libwebp that Pillow is linked with, if anything; `version` is the interface's."""
    is_known = _library().WebPInitDecoderConfigInternal(ctypes.byref(_Config()), version)
    return None if is_known else f"linked with a libwebp whose decoder's interface is not {version >> 8}.x"


@cache
def _library() -> ctypes.CDLL:
    library = library_of(_webp)
    library.WebPInitDecoderConfigInternal.argtypes = (ctypes.c_void_p, ctypes.c_int)
    library.WebPDecode.argtypes = (ctypes.c_char_p, ctypes.c_size_t, ctypes.c_void_p)
    return library
