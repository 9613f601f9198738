"""Tells what can be done with each format here, and which library does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version

import resvg_py
from PIL import features

from imgsvc.codecs.color.palette import HAS_LIBIMAGEQUANT
from imgsvc.codecs.decode import can_decode
from imgsvc.codecs.encode import can_encode
from imgsvc.codecs.heif.plugin import AvifImagePlugin, pillow_heif
from imgsvc.codecs.jpeg import jpegli
from imgsvc.codecs.jxl import libjxl
from imgsvc.codecs.pdf.package import build
from imgsvc.options.formats import Format


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


def _palettes() -> str:
    found = features.version("libimagequant") if HAS_LIBIMAGEQUANT else None
    return f"Pillow-SIMD {version('pillow-simd')}, palettes by {f'libimagequant {found}' if found else 'Pillow itself'}"


def _resvg_detail() -> str:
    return f"and, for text, resvg-py {version('resvg-py')} (resvg {resvg_py.__resvg_version__})"


def _heif_detail() -> str:
    return f"(libheif {pillow_heif().libheif_version()})"


def _jpeg() -> str:
    return f"{_feature('libjpeg-turbo', 'libjpeg_turbo')()}, {jpegli.build()}"


_LIBRARIES: Mapping[Format, Callable[[], str]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _feature("zlib", "zlib"),
    Format.WEBP: _feature("libwebp", "webp"),
    Format.GIF: _palettes,
    Format.TIFF: _feature("libtiff", "libtiff"),
    Format.SVG: _package("resvg", _resvg_detail),
    Format.AVIF: _package("pillow-avif-plugin", lambda: f"(libavif {AvifImagePlugin._avif.libavif_version})"),
    Format.HEIC: _package("pillow-heif", _heif_detail),
    Format.PDF: _package("pypdfium2", lambda: f"({build()}), where ENABLE_PDF says so"),
    Format.JXL: _package("pylibjxl", lambda: f"({libjxl.fault() or f'libjxl {libjxl.version()}'})"),
}
