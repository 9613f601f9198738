"""Reads three kinds of TIFF that Pillow refuses, through the same libtiff that Pillow is linked with.

LogLuv (light measured, as Radiance does), ThunderScan (4-bit gray of early scanners), and CIE Lab of 16 bits.
SECURITY: no other kind is let through to libtiff's own conversion.
"""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import numpy
from PIL import Image, _imaging

from imgsvc.codecs.native.linked import library_of
from imgsvc.options.geometry import Size

# Of which the calls below are.
_VERSION = "LIBTIFF, Version 4."
_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC, _SAMPLES, _PLANAR = 256, 257, 258, 259, 262, 277, 284
_LOG_LUV, _THUNDER_SCAN = (34676, 34677), 32809
_LAB, _ONE_PLANE, _TOP_LEFT, _GOES_ON, _STOPS_AT_ERRORS = 8, 1, 1, 0, 1


class UnknownTiffError(ValueError):
    """Not one of the kinds that this module reads."""


@dataclass(frozen=True, slots=True)
class TiffImage:
    """The first image of a file."""

    data: bytes
    size: Size
    is_lab: bool
    is_log: bool

    def decode(self) -> Image.Image:
        """Its pixels, in sRGB or gray; what is missing of a damaged file stays black, but for a row: OSError."""
        with _opened(self.data) as tiff:
            return _lab(tiff, self) if self.is_lab else _converted(tiff, self)


def read_header(data: bytes) -> TiffImage:
    """Read the header; UnknownTiffError if it is none of these kinds."""
    with _opened(data) as tiff:
        compression = _field(tiff, _COMPRESSION)
        is_lab = (_field(tiff, _PHOTOMETRIC), _field(tiff, _BITS), _field(tiff, _SAMPLES)) == (_LAB, 16, 3)
        if not (compression in _LOG_LUV or compression == _THUNDER_SCAN or is_lab):
            raise UnknownTiffError(f"a TIFF of compression {compression}")
        if is_lab and _field(tiff, _PLANAR) != _ONE_PLANE:
            raise UnknownTiffError("CIE Lab in separate planes")
        size = Size(_field(tiff, _WIDTH, ctypes.c_uint32), _field(tiff, _HEIGHT, ctypes.c_uint32))
        return TiffImage(data, size, is_lab, compression in _LOG_LUV)


def fault(version: str = "") -> str | None:
    """What is wrong with the libtiff that Pillow is linked with, if anything; `version` is what it says of itself."""
    found = version or _library().TIFFGetVersion().decode("ascii", "replace").partition("\n")[0]
    return None if found.startswith(_VERSION) else f"linked with {found!r}, not {_VERSION}x"


@cache
def _library() -> ctypes.CDLL:
    library = library_of(_imaging)
    library.TIFFGetVersion.restype = ctypes.c_char_p
    # What libtiff thinks of a file would go to stderr, line by line.
    for handler in (library.TIFFSetErrorHandler, library.TIFFSetWarningHandler):
        handler.argtypes = (ctypes.c_void_p,)
        handler(None)
    library.TIFFFdOpen.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_char_p)
    library.TIFFFdOpen.restype = ctypes.c_void_p
    library.TIFFClose.argtypes = (ctypes.c_void_p,)
    library.TIFFNumberOfStrips.argtypes = (ctypes.c_void_p,)
    library.TIFFReadEncodedStrip.argtypes = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_ssize_t)
    library.TIFFReadEncodedStrip.restype = ctypes.c_ssize_t
    library.TIFFReadRGBAImageOriented.argtypes = (
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.c_uint32,
        ctypes.c_void_p,
        ctypes.c_int,
        ctypes.c_int,
    )
    return library


@contextmanager
def _opened(data: bytes) -> Iterator[ctypes.c_void_p]:
    """The handle of libtiff on `data`, which it reads as a file."""
    library, file = _library(), os.memfd_create("tiff")
    try:
        # `write` alone may stop early.
        with os.fdopen(os.dup(file), "wb") as writer:
            writer.write(data)
        os.lseek(file, 0, os.SEEK_SET)
        handle = library.TIFFFdOpen(file, b"source", b"r")
    except BaseException:
        os.close(file)
        raise
    if not handle:
        os.close(file)
        raise UnknownTiffError("not a TIFF that libtiff can open")
    try:
        yield ctypes.c_void_p(handle)
    finally:
        # Closes the file as well.
        library.TIFFClose(ctypes.c_void_p(handle))


def _field(
    tiff: ctypes.c_void_p, tag: int, kind: type[ctypes.c_uint16] | type[ctypes.c_uint32] = ctypes.c_uint16
) -> int:
    value = kind()
    found = _library().TIFFGetFieldDefaulted(tiff, ctypes.c_uint32(tag), ctypes.byref(value))
    return value.value if found else 0


def _converted(tiff: ctypes.c_void_p, found: TiffImage) -> Image.Image:
    pixels = ctypes.create_string_buffer(found.size.width * found.size.height * 4)
    read = _library().TIFFReadRGBAImageOriented
    if not read(tiff, *found.size, pixels, _TOP_LEFT, _STOPS_AT_ERRORS):
        # All that was written is opaque.
        row = Image.frombytes("RGBA", (found.size.width, 1), ctypes.string_at(pixels, found.size.width * 4))
        if row.getchannel("A").getextrema() != (255, 255):
            raise OSError("its first strip cannot be decoded")
        # Some writers leave the last row short: what a strip lacks is no reason not to show the others.
        read(tiff, *found.size, pixels, _TOP_LEFT, _GOES_ON)
    image = Image.frombytes("RGBA", found.size, pixels.raw)
    image = image.convert("RGB" if found.is_log else "L")
    # libtiff shows measured light with a plain gamma of 2.
    return image.point(_srgb_of_squares() * 3) if found.is_log else image


def _srgb_of_squares() -> list[int]:
    light = (numpy.arange(256) / 255) ** 2
    encoded = numpy.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return [int(level) for level in numpy.rint(encoded * 255)]


def _lab(tiff: ctypes.c_void_p, found: TiffImage) -> Image.Image:
    """Pillow's LAB, of 8 bits."""
    size = found.size
    length = size.width * size.height * 6
    pixels, at = ctypes.create_string_buffer(length), 0
    for strip in range(_library().TIFFNumberOfStrips(tiff)):
        target = ctypes.byref(pixels, at)
        read = _library().TIFFReadEncodedStrip(tiff, strip, target, length - at)
        if read <= 0:
            break
        at += read
    if at < size.width * 6:
        raise OSError("its first strip cannot be decoded")
    levels = numpy.frombuffer(pixels.raw, numpy.uint16) >> 8
    return Image.frombytes("LAB", size, levels.astype(numpy.uint8).tobytes())
