"""Compresses a finished picture: what each format holds, and who writes it."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any

from PIL import Image

from imgsvc.codecs.bmp.encoder import write_bmp
from imgsvc.codecs.color.conversion import to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.gif.encoder import write_gif
from imgsvc.codecs.heif.encoder import write_avif, write_heic
from imgsvc.codecs.heif.plugin import WRITES_AVIF, WRITES_HEIC
from imgsvc.codecs.ico.encoder import write_ico
from imgsvc.codecs.jpeg.encoder import write_jpeg
from imgsvc.codecs.jxl.encoder import write_jxl
from imgsvc.codecs.jxl.libjxl import HAS_JXL
from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.native.standard_error import captured
from imgsvc.codecs.pdf.encoder import write_pdf
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.encoder import write_png
from imgsvc.codecs.quality.dssim import Reference
from imgsvc.codecs.quality.search import Found, search
from imgsvc.codecs.quality.wish import Wish, wish_for
from imgsvc.codecs.settings import DecodeSettings, EncodeSettings
from imgsvc.codecs.tiff.encoder import write_tiff
from imgsvc.codecs.webp.encoder import write_webp
from imgsvc.errors import InternalError, ResultFormatError
from imgsvc.options.formats import Format, Traits
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha, is_gray, without_alpha
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import AutoqualityMethod, Placeholder, WebpCompression

Encoder = Callable[[Picture, EncodeOptions], bytes]

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
    **({Format.HEIC: write_heic} if WRITES_HEIC else {}),
    **({Format.JXL: write_jxl} if HAS_JXL else {}),
}

# The fields of options that are named tuples of what the settings of the format say.
_OPTIONS_OF = {
    Format.JPEG: "jpeg_options",
    Format.PNG: "png_options",
    Format.WEBP: "webp_options",
    Format.AVIF: "avif_options",
    # It holds one.
    Format.PDF: "jpeg_options",
}
_USUAL = ProcessingOptions()
_SETTINGS = {each.name for each in fields(EncodeSettings)}
_LOWEST_QUALITY = 10
# libwebp adds the delays up in 32 bits.
_LONGEST_MS = 0x7FFFFFFF
# The JPEG XL plugin takes no profile.
_WITHOUT_PROFILE = frozenset({Format.JXL})
# These store gray as RGB, which a gray profile would not fit.
_WITHOUT_GRAY = frozenset({Format.JXL, Format.WEBP})


@dataclass(frozen=True, slots=True)
class Encoded:
    """A finished file; `format` may differ from the one asked for."""

    body: bytes
    format: Format | Placeholder


def can_encode(format_: Format) -> bool:
    """Whether results can be written in this format."""
    return format_ in _ENCODERS


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
    picture = _fitted(picture, format_)
    wanted = EncodeOptions(quality_for(format_, options, settings), asked(format_, options, settings), check)
    if not _is_lossy(format_, wanted.settings):
        return Encoded(_within(picture, format_, wanted, 0), format_)
    if wish := wish_for(format_, picture.size, options, settings):
        found = _searched(picture, format_, wanted, wish, remaining)
        if not options.max_bytes or len(found.body) <= options.max_bytes:
            return Encoded(found.body, format_)
        wanted = replace(wanted, quality=found.quality)
    return Encoded(_within(picture, format_, wanted, options.max_bytes), format_)


def _searched(
    picture: Picture, format_: Format, options: EncodeOptions, wish: Wish, remaining: Callable[[], float]
) -> Found:
    """The file of the quality that is wished for; how an animation looks is asked of its first frame."""
    measures_look = wish.method is not AutoqualityMethod.SIZE
    tried = replace(picture, frames=(picture.frames[0],), delays_ms=()) if measures_look else picture
    reference = Reference.of(picture.frames[0]) if measures_look else None

    def write(quality: int) -> bytes:
        options.check()
        return _encoded(tried, format_, replace(options, quality=quality))

    def loss(body: bytes) -> float:
        shown = open_image(body, format_, DecodeSettings()).decode().frames[0]
        return reference.dssim(shown) if reference else 0.0

    found = search(wish, write, loss, remaining)
    if len(tried.frames) == len(picture.frames):
        return found
    options.check()
    return Found(found.quality, _encoded(picture, format_, replace(options, quality=found.quality)))


def _is_lossy(format_: Format, settings: EncodeSettings) -> bool:
    """Less quality makes it smaller."""
    is_lossless = format_ is Format.WEBP and settings.webp_compression is WebpCompression.LOSSLESS
    return format_.traits.quality and not is_lossless


def quality_for(format_: Format, options: ProcessingOptions, settings: EncodeSettings) -> int:
    """The first that is given: the URL's, the URL's for this format, the settings' for it, the settings'."""
    return (
        options.quality
        or options.format_quality.get(format_, 0)
        or settings.format_quality.get(format_, 0)
        or settings.quality
    )


def asked(format_: Format, options: ProcessingOptions, settings: EncodeSettings) -> EncodeSettings:
    """The settings, with what the URL says of this format in their place."""
    field = _OPTIONS_OF.get(format_)
    # PERF: hardly a URL says so, and a comparison takes no time.
    if field is None or (wish := getattr(options, field)) == getattr(_USUAL, field):
        return settings
    prefix = field.removesuffix("_options")
    given: dict[str, Any] = {f"{prefix}_{name}": value for name, value in wish._asdict().items()}
    return replace(settings, **{name: given[name] for name in _SETTINGS & given.keys() if given[name] is not None})


def writable(format_: Format, size: Size, *, has_alpha: bool) -> Format:
    """AVIF encoders refuse images below 16 pixels; a PNG or JPEG stands in."""
    if min(size) >= format_.traits.min_side:
        return format_
    return Format.PNG if has_alpha else Format.JPEG


def _fitted(picture: Picture, format_: Format) -> Picture:
    """What the format can hold: a profile or sRGB, alpha or white, one frame or all."""
    mode = picture.frames[0].mode
    holds_profile = format_.traits.icc and format_ not in (_WITHOUT_GRAY if is_gray(mode) else _WITHOUT_PROFILE)
    picture = _timed(to_result(picture, keep_profile=holds_profile), format_.traits)
    if format_.traits.alpha:
        return picture
    return picture.map(_on_white)


def _timed(picture: Picture, traits: Traits) -> Picture:
    """Frames that last as long as the format can say; what is repeated more often than it can count never ends."""
    if not picture.is_animated:
        return picture
    longest = min(traits.max_delay_ms, _LONGEST_MS // len(picture.frames))
    loop = picture.loop if picture.loop <= traits.max_loops else 0
    return replace(picture, delays_ms=tuple(min(delay, longest) for delay in picture.delays_ms), loop=loop)


def _on_white(frame: Image.Image) -> Image.Image:
    if not has_alpha(frame.mode):
        return frame
    opaque = Image.new(without_alpha(frame.mode), frame.size, "white")
    opaque.paste(frame.convert(opaque.mode), mask=frame.getchannel("A"))
    return opaque


def _within(picture: Picture, format_: Format, options: EncodeOptions, limit: int) -> bytes:
    """Lower the quality until the file has at most `limit` bytes; the smallest attempt stands."""
    smallest = b""
    while True:
        options.check()
        body = _encoded(picture, format_, options)
        smallest = min(smallest or body, body, key=len)
        if not limit or len(body) <= limit or options.quality <= _LOWEST_QUALITY:
            return smallest
        options = replace(options, quality=_next_quality(options.quality, Fraction(len(body), limit)))


def _next_quality(quality: int, excess: Fraction) -> int:
    """COMPAT: imgproxy's steps (save_fit_bytes.go)."""
    factor = 0.25 if excess > 3 else 0.5 if excess > Fraction(3, 2) else 0.75
    return max(1, min(quality - 1, int(quality * factor + 0.5)))


def _encoded(picture: Picture, format_: Format, options: EncodeOptions) -> bytes:
    with captured(format_) as said:
        try:
            return _ENCODERS[format_](picture, options)
        except (OSError, ValueError, KeyError, RuntimeError, OverflowError) as error:
            what = f"cannot write {picture.size} as {format_.word}"
            raise InternalError(f"{what}: {error} {said()}".rstrip()) from error
