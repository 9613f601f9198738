"""Opens a source image: its header at once, its pixels when asked, at reduced scale where the format allows.

All formats go through `open_image`, where what a file says of itself is held against limits before its decoder is
asked, and through `Opened.decode`, which gives the size that the header has promised, or nothing. Whatever a decoder
raises leaves as an ImageError.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from imgsvc.codecs.bmp.decoder import open_bmp
from imgsvc.codecs.gate import survey
from imgsvc.codecs.gif.decoder import open_gif
from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.heif.decoder import open_avif, open_heic
from imgsvc.codecs.heif.plugin import READS_HEIC
from imgsvc.codecs.ico.decoder import open_ico
from imgsvc.codecs.jpeg.decoder import open_jpeg
from imgsvc.codecs.jxl.decoder import open_jxl
from imgsvc.codecs.jxl.libjxl import HAS_JXL
from imgsvc.codecs.native.errors import decoder_errors, guarded
from imgsvc.codecs.opened import Header, Opened, SourceImage
from imgsvc.codecs.pdf.package import HAS_PDFIUM
from imgsvc.codecs.png.decoder import open_png
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.svg.decoder import open_svg
from imgsvc.codecs.tiff.decoder import open_tiff
from imgsvc.codecs.webp.decoder import open_webp
from imgsvc.errors import BrokenImageError, UndecodableImageError, UnknownFormatError
from imgsvc.options.formats import Format

Decoder = Callable[[SourceImage], Opened]


def _open_pdf(source: SourceImage) -> Opened:
    from imgsvc.codecs.pdf.decoder import open_pdf  # noqa: PLC0415 (6 ms, for who has PDF)

    return open_pdf(source)


def _open_psd(source: SourceImage) -> Opened:
    from imgsvc.codecs.psd.decoder import open_psd  # noqa: PLC0415 (5 ms, for who has PSD)

    return open_psd(source)


_DECODERS: Mapping[Format, Decoder] = {
    Format.JPEG: open_jpeg,
    Format.PNG: open_png,
    Format.WEBP: open_webp,
    Format.GIF: open_gif,
    Format.ICO: open_ico,
    Format.SVG: open_svg,
    Format.AVIF: open_avif,
    Format.BMP: open_bmp,
    Format.TIFF: open_tiff,
    Format.PSD: _open_psd,
    **({Format.HEIC: open_heic} if READS_HEIC else {}),
    **({Format.JXL: open_jxl} if HAS_JXL else {}),
    **({Format.PDF: _open_pdf} if HAS_PDFIUM else {}),
}


def can_decode(format_: Format) -> bool:
    """Whether a decoder for this format is installed."""
    return format_ in _DECODERS


def open_image(
    data: bytes,
    format: Format,  # noqa: A002 (the field's word)
    settings: DecodeSettings,
    extent: Extent = Extent(),
    *,
    counts_frames: bool = True,
    enforces_thumbnail: bool = False,
) -> Opened:
    """Read the header of `data`, which `format` says how, within `extent`; ResolutionError if it is larger.

    UndecodableImageError, or BrokenSvgError, if it is damaged.
    PERF: a GIF has to be gone through to its end to count its frames, a tenth of what its first one takes.
    """
    check_enabled(format, settings)
    with decoder_errors(format), guarded(extent):
        found = survey(data, format, extent, counts_frames=counts_frames)
        if not can_decode(format):
            raise BrokenImageError(f"{format.word} cannot be read here; `imgsvc doctor` says what is missing")
        opened = _DECODERS[format](SourceImage(data, format, settings, found, enforces_thumbnail, extent))
    if not format.traits.vector:
        _check_size(opened.header, found, extent)
    header = opened.header
    if format is Format.GIF and not counts_frames and found.frames > 1:
        header = replace(header, frames=None)
    return Opened(header, opened.pixels, extent)


def check_enabled(format_: Format, settings: DecodeSettings) -> None:
    """UnknownFormatError for a format that the settings leave out.

    COMPAT: imgproxy without Pro knows nothing of these, and says of them what it says of any other file.
    """
    enabled = {Format.PDF: settings.enable_pdf, Format.PSD: settings.enable_psd}
    if not enabled.get(format_, True):
        word = format_.word.upper()
        raise UnknownFormatError(f"a {word}, which is read with ENABLE_{word} alone")


def _check_size(header: Header, found: Survey, extent: Extent) -> None:
    """Hold what a decoder has read to what the file's own bytes have said."""
    size = extent.admit(*header.size)
    if min(size) < 1:
        raise UndecodableImageError(f"{header.format.word}: an image of {size.width}x{size.height}")
    # A TIFF may be turned already.
    if found.size not in (None, size, (size.height, size.width)):
        raise UndecodableImageError(f"{header.format.word}: two sizes, {found.size} and {size}")
