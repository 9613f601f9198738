"""Knows which decoder and encoder stands behind each format, and loads no others.

SECURITY: Image.open is never used. It may try any plugin that happens to be loaded, and Pillow-SIMD 12.1.1
lacks fixes in some that are not needed here (PSD, PDF, JPEG 2000, FITS).
"""

import logging
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO

import resvg_py
from PIL import (
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
    features,
)
from pillow_avif import AvifImagePlugin

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.standard_error import captured
from imgsvc.errors import (
    BrokenImageError,
    BrokenSvgError,
    RenderingError,
    ResolutionError,
    UndecodableImageError,
)
from imgsvc.options.formats import Format
from imgsvc.runtime.exhaustion import exhausted

# These two depend on `pillow`, which must not be installed: they may be missing.
try:
    import pillow_heif
except ImportError:  # pragma: no cover
    pillow_heif = None  # type: ignore[assignment]
try:
    import pillow_jxl
    from pillow_jxl import JpegXLImagePlugin
except ImportError:  # pragma: no cover
    pillow_jxl = None  # type: ignore[assignment]

# What Pillow logs is said of no request; what matters of it is raised too.
logging.getLogger("PIL").setLevel(logging.CRITICAL + 1)
# Only a decode has a limit (`guarded`): a result is planned, and may be larger than any source.
Image.MAX_IMAGE_PIXELS = None
# A worker is one thread of many processes: codecs that start threads of their own only get in each other's way.
AvifImagePlugin.DEFAULT_MAX_THREADS = 1
if pillow_heif is not None:
    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
if pillow_jxl is not None:
    JpegXLImagePlugin.DECODE_THREADS = 0

Opener = Callable[[BytesIO], ImageFile.ImageFile]

_OPENERS: dict[Format, Opener] = {
    Format.JPEG: JpegImagePlugin.JpegImageFile,
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
    Format.GIF: GifImagePlugin.GifImageFile,
    Format.BMP: BmpImagePlugin.BmpImageFile,
    Format.TIFF: TiffImagePlugin.TiffImageFile,
    Format.AVIF: AvifImagePlugin.AvifImageFile,
}
if pillow_heif is not None:
    _OPENERS[Format.HEIC] = pillow_heif.HeifImageFile
if pillow_jxl is not None:
    _OPENERS[Format.JXL] = JpegXLImagePlugin.JXLImageFile

# Formats whose bytes are laid out by this package itself, around what Pillow makes.
_OWN = frozenset({Format.ICO, Format.BMP})


def is_failure(error: BaseException) -> bool:
    """Whether a codec has failed: a panic of one in Rust is no Exception for Python."""
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


@contextmanager
def decoder_errors(format_: Format) -> Iterator[None]:
    """Turn whatever a decoder raises into an ImageError, and keep to itself what it warns of and writes."""
    kind = BrokenSvgError if format_ is Format.SVG else UndecodableImageError
    with warnings.catch_warnings(), captured(format_) as said:
        warnings.simplefilter("ignore")
        try:
            yield
        except RenderingError:
            raise
        except Image.DecompressionBombError as error:
            raise ResolutionError(f"{format_.word}: {error}") from error
        # The one place: decoders raise anything at all on a damaged file.
        except BaseException as error:
            if not is_failure(error):
                raise
            # A file that is damaged or large is what decoders want too much memory for.
            lack = None if isinstance(error, MemoryError) else exhausted(error)
            raise lack or kind(f"{format_.word}: {type(error).__name__}: {error} {said()}".rstrip()) from error


@contextmanager
def guarded(extent: Extent) -> Iterator[None]:
    """SECURITY: Pillow's own guard, where it makes room for a size that no header walk has seen."""
    before = Image.MAX_IMAGE_PIXELS
    # It warns of more than this, and refuses twice as much.
    Image.MAX_IMAGE_PIXELS = extent.pixels // 2
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = before


def open_with_pillow(data: bytes, format_: Format) -> ImageFile.ImageFile:
    """`data` opened by the one plugin of its format; pixels are not read yet, save for JXL."""
    if format_ not in _OPENERS:
        raise BrokenImageError(f"{format_.word} cannot be read here; `imgsvc doctor` says what is missing")
    with decoder_errors(format_):
        return _OPENERS[format_](BytesIO(data))


def can_decode(format_: Format) -> bool:
    """Whether a decoder for this format is installed."""
    return format_ in (*_OPENERS, Format.ICO, Format.SVG)


def pillow_name(format_: Format) -> str:
    """What Pillow calls the format."""
    return "HEIF" if format_ is Format.HEIC else format_.name


def can_encode(format_: Format) -> bool:
    """Whether results can be written in this format."""
    return format_ in _OWN or pillow_name(format_) in Image.SAVE


@dataclass(frozen=True, slots=True)
class Capability:
    """What can be done with a format, and the library that does it."""

    format: Format
    reads: bool
    writes: bool
    library: str


def capabilities() -> tuple[Capability, ...]:
    """Every format with what is installed for it, for `imgsvc doctor`."""
    return tuple(Capability(each, can_decode(each), can_encode(each), _library(each)) for each in Format)


def _library(format_: Format) -> str:
    found = _LIBRARIES.get(format_)
    return found() if found else f"Pillow-SIMD {version('pillow-simd')}"


def _feature(name: str, feature: str) -> Callable[[], str]:
    def describe() -> str:
        found = features.version(feature)
        return f"{name} {found}" if found else f"{name} is missing"

    return describe


def _package(name: str, detail: Callable[[], str] = str) -> Callable[[], str]:
    def describe() -> str:
        try:
            return f"{name} {version(name)} {detail()}".rstrip()
        except PackageNotFoundError:
            return f"{name} is missing"

    return describe


def _resvg_detail() -> str:
    return f"and, for text, resvg-py {version('resvg-py')} (resvg {resvg_py.__resvg_version__})"


def _heif_detail() -> str:
    return f"(libheif {pillow_heif.libheif_version()})"


_LIBRARIES: Mapping[Format, Callable[[], str]] = {
    Format.JPEG: _feature("libjpeg-turbo", "libjpeg_turbo"),
    Format.PNG: _feature("zlib", "zlib"),
    Format.WEBP: _feature("libwebp", "webp"),
    Format.TIFF: _feature("libtiff", "libtiff"),
    Format.SVG: _package("resvg", _resvg_detail),
    Format.AVIF: _package("pillow-avif-plugin", lambda: f"(libavif {AvifImagePlugin._avif.libavif_version})"),
    Format.HEIC: _package("pillow-heif", _heif_detail),
    Format.JXL: _package("pillow-jxl-plugin"),
}
