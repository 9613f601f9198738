"""Compresses a finished picture: who writes which format."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from imgsvc.codecs.bmp.encoder import write_bmp
from imgsvc.codecs.gif.encoder import write_gif
from imgsvc.codecs.heif.encoder import write_avif, write_heic
from imgsvc.codecs.heif.plugin import WRITES_AVIF, writes_heic
from imgsvc.codecs.ico.encoder import write_ico
from imgsvc.codecs.jpeg.encoder import write_jpeg
from imgsvc.codecs.jxl.encoder import write_jxl
from imgsvc.codecs.jxl.libjxl import HAS_JXL
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.native.standard_error import captured
from imgsvc.codecs.pdf.encoder import write_pdf
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.encoder import write_png
from imgsvc.codecs.quality.wish import wish_for
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.tiff.encoder import write_tiff
from imgsvc.codecs.webp.encoder import write_webp
from imgsvc.codecs.writing.attempts import Encoder, searched, within
from imgsvc.codecs.writing.fitting import fitted, writable
from imgsvc.codecs.writing.wanted import asked, is_lossy, quality_for
from imgsvc.errors import InternalError, ResultFormatError
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import Placeholder

_ENCODERS: Mapping[Format, Encoder] = {
    Format.JPEG: write_jpeg,
    Format.PNG: write_png,
    Format.WEBP: write_webp,
    Format.GIF: write_gif,
    Format.ICO: write_ico,
    Format.BMP: write_bmp,
    Format.TIFF: write_tiff,
    Format.PDF: write_pdf,
    **({Format.AVIF: write_avif} if WRITES_AVIF else {}),
    Format.HEIC: write_heic,
    **({Format.JXL: write_jxl} if HAS_JXL else {}),
}


@dataclass(frozen=True, slots=True)
class Encoded:
    """A finished file; `format` may differ from the one asked for."""

    body: bytes
    format: Format | Placeholder


def can_encode(format_: Format) -> bool:
    """Whether results can be written in this format."""
    return writes_heic() if format_ is Format.HEIC else format_ in _ENCODERS


def encode(
    picture: Picture,
    format: Format,  # noqa: A002 (the field's word)
    options: ProcessingOptions,
    settings: EncodeSettings,
    check: Callable[[], None],
    remaining: Callable[[], float] = lambda: math.inf,
) -> Encoded:
    """Compress, in several attempts where a quality is searched for or `max_bytes` asks for it.

    `check` is called before each; `remaining` are the seconds that are left.
    """
    format_ = writable(format, picture.size, has_alpha=picture.has_alpha)
    if not can_encode(format_):
        raise ResultFormatError(f"{format_.word} cannot be written here; `imgsvc doctor` says what is missing")
    picture = fitted(picture, format_)
    wanted = EncodeOptions(quality_for(format_, options, settings), asked(format_, options, settings), check)
    encoder = partial(_encoded, format_)
    if not is_lossy(format_, wanted.settings):
        return Encoded(within(picture, wanted, 0, encoder), format_)
    if wish := wish_for(format_, picture.size, options, settings):
        found = searched(picture, format_, wanted, wish, remaining, encoder)
        if not options.max_bytes or len(found.body) <= options.max_bytes:
            return Encoded(found.body, format_)
        wanted = replace(wanted, quality=found.quality)
    return Encoded(within(picture, wanted, options.max_bytes, encoder), format_)


def _encoded(format_: Format, picture: Picture, options: EncodeOptions) -> bytes:
    with captured(format_) as said:
        try:
            return _ENCODERS[format_](picture, options)
        except (OSError, ValueError, KeyError, RuntimeError, OverflowError) as error:
            what = f"cannot write {picture.size} as {format_.word}"
            raise InternalError(f"{what}: {error} {said()}".rstrip()) from error
