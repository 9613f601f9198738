"""Calls PDFium, which pypdfium2 brings along, for what a page needs to be drawn.

SECURITY: PDFium reads whatever strangers write, so it is called in a process of its own alone (drawer.py). This build
of it has no JavaScript; nothing is asked of it that follows a link, opens an attachment or runs an action.
PERF: the interface that pypdfium2 generates takes 90 ms to import, for it declares all there is; these are few.
"""

import ctypes
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from ctypes import POINTER, c_char_p, c_float, c_int, c_size_t, c_uint32, c_ulong, c_void_p
from dataclasses import dataclass
from functools import cache

from imgsvc.codecs.pdf.package import folder
from imgsvc.options.geometry import Size

# fpdfview.h
_BGR, _BGRA = 2, 4
_WITH_ANNOTATIONS, _RED_FIRST = 0x01, 0x10
_WHITE, _NOTHING = 0xFFFFFFFF, 0
_NO_FORM = 0
_ERRORS = {
    3: "it is no PDF, or too damaged to be read",
    4: "it is encrypted, and needs a password",
    5: "it is encrypted in a way that is not known here",
}
# fpdf_formfill.h: a structure that begins with its version; whatever could be called back is left out.
_FORM_BYTES, _FORM_VERSION = 1024, 2


class PdfError(ValueError):
    """The document is damaged, encrypted, or has nothing to draw."""


class _Config(ctypes.Structure):
    _fields_ = (("version", c_int), ("font_paths", POINTER(c_char_p)), ("isolate", c_void_p), ("slot", c_int))


class _SizeF(ctypes.Structure):
    _fields_ = (("width", c_float), ("height", c_float))


# What each is given, and what it gives.
_FUNCTIONS: Mapping[str, tuple[tuple[type, ...], type | None]] = {
    "FPDF_InitLibraryWithConfig": ((POINTER(_Config),), None),
    "FPDF_LoadMemDocument64": ((c_char_p, c_size_t, c_char_p), c_void_p),
    "FPDF_GetLastError": ((), c_ulong),
    "FPDF_CloseDocument": ((c_void_p,), None),
    "FPDF_GetPageCount": ((c_void_p,), c_int),
    "FPDF_GetPageSizeByIndexF": ((c_void_p, c_int, POINTER(_SizeF)), c_int),
    "FPDF_LoadPage": ((c_void_p, c_int), c_void_p),
    "FPDF_ClosePage": ((c_void_p,), None),
    "FPDFBitmap_CreateEx": ((c_int, c_int, c_int, c_void_p, c_int), c_void_p),
    "FPDFBitmap_FillRect": ((c_void_p, c_int, c_int, c_int, c_int, c_uint32), c_int),
    "FPDFBitmap_Destroy": ((c_void_p,), None),
    "FPDF_RenderPageBitmap": ((c_void_p, c_void_p, *((c_int,) * 6)), None),
    "FPDF_GetFormType": ((c_void_p,), c_int),
    "FPDFDOC_InitFormFillEnvironment": ((c_void_p, c_void_p), c_void_p),
    "FPDFDOC_ExitFormFillEnvironment": ((c_void_p,), None),
    "FPDF_FFLDraw": ((c_void_p, c_void_p, c_void_p, *((c_int,) * 6)), None),
}


@cache
def load() -> ctypes.CDLL:
    """The library, which opens no file once it is there.

    SECURITY: its own fonts are all that it has, so that a page looks the same wherever it is drawn.
    """
    library = ctypes.CDLL(str(folder() / "libpdfium.so"))
    for name, (given, gives) in _FUNCTIONS.items():
        function = getattr(library, name)
        function.argtypes, function.restype = given, gives
    library.FPDF_InitLibraryWithConfig(ctypes.byref(_Config(version=2, font_paths=(c_char_p * 1)())))
    return library


@dataclass(frozen=True, slots=True)
class Document:
    """One that is open; `form` is what draws its fields, where it has any."""

    handle: int
    form: int | None

    def count(self) -> int:
        """How many pages it has."""
        return int(load().FPDF_GetPageCount(self.handle))

    def size_of(self, page: int) -> tuple[float, float]:
        """Width and height of a page in points, cropped and turned as it says."""
        found = _SizeF()
        if not load().FPDF_GetPageSizeByIndexF(self.handle, page, ctypes.byref(found)):
            raise PdfError(f"page {page} cannot be read")
        if not (0 < found.width < math.inf and 0 < found.height < math.inf):
            raise PdfError(f"page {page} is of {found.width:g}x{found.height:g} points")
        return found.width, found.height

    def drawn(self, page: int, size: Size, rows: range, *, has_alpha: bool) -> bytes:
        """These rows of the page drawn at `size`, as RGBA on nothing or as RGB on white."""
        with self._page(page) as handle:
            stride = size.width * (4 if has_alpha else 3)
            pixels = ctypes.create_string_buffer(stride * len(rows))
            with _bitmap(pixels, size.width, len(rows), stride, has_alpha=has_alpha) as bitmap:
                where = (0, -rows.start, size.width, size.height, 0, _WITH_ANNOTATIONS | _RED_FIRST)
                load().FPDF_RenderPageBitmap(bitmap, handle, *where)
                if self.form:
                    load().FPDF_FFLDraw(self.form, bitmap, handle, *where)
            return pixels.raw

    @contextmanager
    def _page(self, number: int) -> Iterator[int]:
        handle = load().FPDF_LoadPage(self.handle, number)
        if not handle:
            raise PdfError(f"page {number} cannot be read")
        try:
            yield handle
        finally:
            load().FPDF_ClosePage(handle)


@contextmanager
def opened(data: bytes) -> Iterator[Document]:
    """A document with at least one page; PdfError if it cannot be read."""
    library = load()
    handle = library.FPDF_LoadMemDocument64(data, len(data), None)
    if not handle:
        raise PdfError(_ERRORS.get(library.FPDF_GetLastError(), "it cannot be read"))
    form = None
    about = (ctypes.c_char * _FORM_BYTES).from_buffer_copy(
        _FORM_VERSION.to_bytes(4, "little").ljust(_FORM_BYTES, b"\0")
    )
    try:
        if library.FPDF_GetFormType(handle) != _NO_FORM:
            form = library.FPDFDOC_InitFormFillEnvironment(handle, about)
        document = Document(handle, form)
        if document.count() < 1:
            raise PdfError("it has no page")
        yield document
    finally:
        if form:
            library.FPDFDOC_ExitFormFillEnvironment(form)
        library.FPDF_CloseDocument(handle)


@contextmanager
def _bitmap(
    pixels: ctypes.Array[ctypes.c_char], width: int, height: int, stride: int, *, has_alpha: bool
) -> Iterator[int]:
    library = load()
    handle = library.FPDFBitmap_CreateEx(width, height, _BGRA if has_alpha else _BGR, pixels, stride)
    if not handle:
        raise PdfError(f"no bitmap of {width}x{height}")
    try:
        library.FPDFBitmap_FillRect(handle, 0, 0, width, height, _NOTHING if has_alpha else _WHITE)
        yield handle
    finally:
        library.FPDFBitmap_Destroy(handle)
