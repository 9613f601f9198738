"""Calls the libtiff that Pillow is linked with: what it makes of a file's tags, and the bytes of strips and tiles.

SECURITY: its own conversion to RGBA is never asked; it unpacks, and what the bytes mean is worked out here.
"""

import ctypes
import weakref
from functools import cache
from typing import Any

import numpy
import numpy.typing
from PIL import _imaging

from imgsvc.codecs.native.linked import library_of
from imgsvc.codecs.tiff.memory import CALLS, forget, keep
from imgsvc.errors import UndecodableImageError

# Of which the calls below are.
_VERSION = "LIBTIFF, Version 4."
_PREDICTOR, _NO_PREDICTOR = 317, 1
Bytes = numpy.typing.NDArray[numpy.uint8]


class LibTiff:
    """A file that libtiff has read the first directory of; its memory is given back with this."""

    def __init__(self, data: bytes) -> None:
        """Open; UndecodableImageError if libtiff cannot."""
        self._handle = ctypes.c_void_p(_opened(data))
        # What made differences of the file's samples; 1 is nothing.
        self.predictor = self.short(_PREDICTOR) or _NO_PREDICTOR
        # Lets go of the data as well.
        self.close = weakref.finalize(self, _library().TIFFClose, self._handle)

    def short(self, tag: int) -> int | None:
        """A tag of 16 bits, or what libtiff takes for it where the file says nothing."""
        return self._number(tag, ctypes.c_uint16())

    def long(self, tag: int) -> int | None:
        """A tag of 32 bits."""
        return self._number(tag, ctypes.c_uint32())

    def pair(self, tag: int) -> tuple[int, int] | None:
        """A tag of two values of 16 bits."""
        first, second = ctypes.c_uint16(), ctypes.c_uint16()
        return (first.value, second.value) if self._get(tag, ctypes.byref(first), ctypes.byref(second)) else None

    def shorts(self, tag: int) -> tuple[int, ...]:
        """A tag of as many values of 16 bits as it says; empty if it is not there."""
        count, values = ctypes.c_uint16(), ctypes.POINTER(ctypes.c_uint16)()
        return tuple(values[: count.value]) if self._get(tag, ctypes.byref(count), ctypes.byref(values)) else ()

    def floats(self, tag: int, count: int) -> tuple[float, ...]:
        """A tag that has `count` fractions, in libtiff at least; empty if it is not there."""
        values = ctypes.POINTER(ctypes.c_float)()
        return tuple(values[:count]) if self._get(tag, ctypes.byref(values)) else ()

    def columns(self, tag: int, count: int) -> numpy.typing.NDArray[numpy.uint16] | None:
        """A tag of three times `count` values of 16 bits: a row for each of the three."""
        columns = tuple(ctypes.POINTER(ctypes.c_uint16)() for _ in range(3))
        if not self._get(tag, *map(ctypes.byref, columns)) or not all(columns):
            return None
        return numpy.array([numpy.ctypeslib.as_array(each, (count,)) for each in columns])

    def choose(self, tag: int, value: int) -> None:
        """Tell a codec of libtiff's in which form to give its pixels."""
        _library().TIFFSetField(self._handle, ctypes.c_uint32(tag), ctypes.c_int(value))

    def leave_differences(self) -> None:
        """Have samples come as the file has them; it has to be said before anything is unpacked."""
        self.choose(_PREDICTOR, _NO_PREDICTOR)

    @property
    def is_tiled(self) -> bool:
        """Whether it has tiles rather than strips."""
        return bool(_library().TIFFIsTiled(self._handle))

    @property
    def row_bytes(self) -> int:
        """Of a row of a strip, in one plane."""
        return int(_library().TIFFScanlineSize64(self._handle))

    @property
    def strip_bytes(self) -> int:
        """Of a whole strip, in one plane."""
        return int(_library().TIFFStripSize64(self._handle))

    @property
    def tile_bytes(self) -> int:
        """Of a tile, in one plane."""
        return int(_library().TIFFTileSize64(self._handle))

    def place(self, number: int) -> tuple[int, int]:
        """Where a strip or a tile is said to begin in the file, and how many bytes it has there."""
        library = _library()
        offset, count = library.TIFFGetStrileOffset, library.TIFFGetStrileByteCount
        return int(offset(self._handle, number)), int(count(self._handle, number))

    def read_strip(self, number: int, into: Bytes) -> int:
        """Unpack a strip; how many bytes it gave, or -1."""
        return int(_library().TIFFReadEncodedStrip(self._handle, number, into.ctypes.data, into.nbytes))

    def read_tile(self, number: int, into: Bytes) -> int:
        """Unpack a tile; how many bytes it gave, or -1."""
        return int(_library().TIFFReadEncodedTile(self._handle, number, into.ctypes.data, into.nbytes))

    def read_row(self, row: int, into: Bytes) -> bool:
        """Unpack a row of a strip, of `row_bytes`; whether it is there."""
        return bool(_library().TIFFReadScanline(self._handle, into.ctypes.data, row, 0) == 1)

    def _number(self, tag: int, value: Any) -> int | None:
        return int(value.value) if self._get(tag, ctypes.byref(value)) else None

    def _get(self, tag: int, *targets: object) -> bool:
        return bool(_library().TIFFGetFieldDefaulted(self._handle, ctypes.c_uint32(tag), *targets))


def can_unpack(compression: int) -> bool:
    """Whether libtiff was built with the codec of a compression."""
    return bool(_library().TIFFIsCODECConfigured(compression))


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
    handle, word, signed, pointer = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_ssize_t, ctypes.c_void_p
    library.TIFFClientOpen.argtypes = (ctypes.c_char_p, ctypes.c_char_p, pointer, *map(type, CALLS))
    library.TIFFClientOpen.restype = handle
    library.TIFFIsCODECConfigured.argtypes = (ctypes.c_uint16,)
    for function in (library.TIFFClose, library.TIFFIsTiled):
        function.argtypes = (handle,)
    for function in (library.TIFFScanlineSize64, library.TIFFStripSize64, library.TIFFTileSize64):
        function.argtypes, function.restype = (handle,), ctypes.c_uint64
    for function in (library.TIFFGetStrileOffset, library.TIFFGetStrileByteCount):
        function.argtypes, function.restype = (handle, word), ctypes.c_uint64
    for function in (library.TIFFReadEncodedStrip, library.TIFFReadEncodedTile):
        function.argtypes, function.restype = (handle, word, pointer, signed), signed
    library.TIFFReadScanline.argtypes = (handle, pointer, word, ctypes.c_uint16)
    return library


def _opened(data: bytes) -> int:
    """The handle of libtiff on `data`."""
    name = keep(data)
    handle: int | None = _library().TIFFClientOpen(b"source", b"r", name, *CALLS)
    if not handle:
        forget(name)
        raise UndecodableImageError("not a TIFF that libtiff can open")
    return handle
