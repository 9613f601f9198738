"""Tells an image's format from its first bytes; neither its name nor its media type is believed.

COMPAT: the signatures and their order are imgproxy's (imagetype/defs.go), but for HEIC and AVIF, which have brands, and
BigTIFF.
"""

import re
import zlib
from collections.abc import Iterator
from contextlib import suppress
from xml.parsers import expat

from imgsvc.codecs.heif.brands import format_of
from imgsvc.errors import UnknownFormatError
from imgsvc.options.formats import Format

WINDOW = 32 * 1024

_SIGNATURES: tuple[tuple[Format, re.Pattern[bytes]], ...] = tuple(
    (format_, re.compile(pattern, re.DOTALL))
    for format_, pattern in (
        (Format.JPEG, rb"\xff\xd8"),
        (Format.JXL, rb"\xff\x0a|\0\0\0\x0cJXL \r\n\x87\n"),
        (Format.PNG, rb"\x89PNG\r\n\x1a\n"),
        (Format.WEBP, rb"RIFF....WEBP"),
        (Format.GIF, rb"GIF8.a"),
        (Format.ICO, rb"\x00\x00\x01\x00"),
        (Format.BMP, rb"BM"),
        (Format.TIFF, rb"II[*+]\0|MM\0[*+]"),
        (Format.PSD, rb"8BPS\0[\1\2]"),
    )
)

# Something may stand before it, as in what a mail program or a printer has kept.
_PDF, _PDF_WINDOW = b"%PDF-", 1024

# The tag of a drawing that goes on beyond what is looked at: draw.io has the whole diagram in an attribute of it.
_LONG_TAG = re.compile(rb"<(?:[\w.-]+:)?svg\s")

# PERF: spares most drawings the parser here, which takes 30 us.
_PLAIN = re.compile(rb"\s*(?:<\?xml\s[^<>]*\?>\s*)?<svg[\s>]")

# Camera raw files are TIFF by their first bytes, and hold nothing that could be shown.
# fmt: off
_RAW = frozenset({
    "3fr", "ari", "arw", "bay", "cap", "cr2", "cr3", "crw", "data", "dcr", "dcs", "dng", "drf", "eip", "erf",
    "fff", "gpr", "iiq", "k25", "kdc", "mdc", "mef", "mos", "mrw", "nef", "nrw", "obm", "orf", "pef", "ptx",
    "pxn", "r3d", "raf", "raw", "rw2", "rwl", "rwz", "sr2", "srf", "srw", "x3f",
})
# fmt: on
_RAW_MEDIA = re.compile(
    r"image/x-(?:(?:adobe|canon|epson|fuji|hasselblad|kodak|leaf|leica|mamiya|minolta|nikon|olympus|panasonic|pentax"
    r"|phaseone|samsung|sigma|sony|dcraw)-?\w*|raw|dng|" + "|".join(sorted(_RAW)) + r")",
    re.ASCII,
)


def sniff(data: bytes, path: str = "", media_type: str = "") -> Format:
    """The format of `data`; the source's `path` and `media_type` can only tell a camera's raw file from TIFF."""
    window = data[:WINDOW]
    for format_, signature in _SIGNATURES:
        if signature.match(window) and not (format_ is Format.TIFF and _is_camera_raw(path, media_type)):
            return format_
    if found := format_of(window):
        return found
    if _PLAIN.match(window) or "svg" in _tags(_text(window)):
        return Format.SVG
    if _PDF in window[:_PDF_WINDOW]:
        return Format.PDF
    raise UnknownFormatError(f"no image format begins with {window[:16]!r}")


def _is_camera_raw(path: str, media_type: str) -> bool:
    _, dot, extension = path.rpartition("/")[2].rpartition(".")
    word = media_type.partition(";")[0].strip().lower()
    return (bool(dot) and extension.lower() in _RAW) or _RAW_MEDIA.fullmatch(word) is not None


def _text(window: bytes) -> bytes:
    """What begins a document that is packed with gzip, as .svgz is; any other as it is."""
    if not window.startswith(b"\x1f\x8b\x08"):
        return window
    with suppress(zlib.error):
        return zlib.decompressobj(wbits=31).decompress(window, WINDOW)
    return b""


def _tags(window: bytes) -> Iterator[str]:
    """Local names of the start tags in `window`, up to the first thing that is not XML."""
    if b"<" not in window:
        return
    names: list[str] = []
    parser = expat.ParserCreate()
    # SECURITY: nothing is fetched without an external entity handler, and expat bounds what entities grow to.
    parser.StartElementHandler = lambda name, _: names.append(name.rpartition(":")[2])
    with suppress(expat.ExpatError, LookupError, ValueError):
        parser.Parse(window, False)
        # Where the parser waits for the rest.
        if len(window) == WINDOW and _LONG_TAG.match(window, parser.CurrentByteIndex):
            names.append("svg")
    yield from names
