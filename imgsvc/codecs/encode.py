"""Compresses a finished picture: one small function per format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from PIL import Image, PngImagePlugin, TiffImagePlugin

from imgsvc.codecs import plugins
from imgsvc.codecs.adam7 import interlaced
from imgsvc.codecs.bmp import bmp
from imgsvc.codecs.color import to_result
from imgsvc.codecs.gif import gif
from imgsvc.codecs.ico import icon
from imgsvc.codecs.metadata import iptc_segment, minimal_exif
from imgsvc.codecs.palette import bits_for, quantized, rounded
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.saving import jpeg_room, saved
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.standard_error import captured
from imgsvc.errors import InternalError, ResultFormatError
from imgsvc.options.formats import Format, Traits
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions

# Below this quality JPEG and WebP keep half of the color resolution, as libvips does.
_FULL_CHROMA_FROM = 90
_LOWEST_QUALITY = 10
# COMPAT: what libheif asks aom for. It keeps texture that is smeared otherwise; files grow by about a tenth.
_AVIF_TUNING = {"tune": "ssim"}
_JPEG_SEGMENT_BYTES = 65_500
# libwebp adds the delays up in 32 bits.
_LONGEST_MS = 0x7FFFFFFF
# zlib-ng's: files are as small as imgproxy's, to within a hundredth, and at 7 it takes twice as long.
_PNG_LEVEL = 6
# The JPEG XL plugin takes no profile.
_WITHOUT_PROFILE = frozenset({Format.JXL})
# These store gray as RGB, which a gray profile would not fit.
_WITHOUT_GRAY = frozenset({Format.JXL, Format.WEBP})


@dataclass(frozen=True, slots=True)
class Encoded:
    """A finished file; `format` may differ from the one asked for."""

    body: bytes
    format: Format


@dataclass(frozen=True, slots=True)
class EncodeOptions:
    """One attempt: the quality is final; `check` raises once there is nobody left to answer."""

    quality: int
    settings: EncodeSettings
    check: Callable[[], None]


def can_encode(format_: Format) -> bool:
    """Whether results can be written in this format."""
    return plugins.can_encode(format_)


def encode(
    picture: Picture,
    format: Format,  # noqa: A002 (the field's word)
    options: ProcessingOptions,
    settings: EncodeSettings,
    check: Callable[[], None],
) -> Encoded:
    """Compress, in several attempts where `max_bytes` asks for it; `check` is called before each."""
    format_ = _writable(format, picture)
    if not can_encode(format_):
        raise ResultFormatError(f"{format_.word} cannot be written here; `imgsvc doctor` says what is missing")
    picture = _fitted(picture, format_)
    wanted = EncodeOptions(quality_for(format_, options, settings), settings, check)
    limit = options.max_bytes if format_.traits.quality else 0
    return Encoded(_within(picture, format_, wanted, limit), format_)


def quality_for(format_: Format, options: ProcessingOptions, settings: EncodeSettings) -> int:
    """The first that is given: the URL's, the URL's for this format, the settings' for it, the settings'."""
    return (
        options.quality
        or options.format_quality.get(format_, 0)
        or settings.format_quality.get(format_, 0)
        or settings.quality
    )


def _writable(format_: Format, picture: Picture) -> Format:
    """AVIF encoders refuse images below 16 pixels; a PNG or JPEG stands in."""
    if min(picture.size) >= format_.traits.min_side:
        return format_
    return Format.PNG if picture.has_alpha else Format.JPEG


def _fitted(picture: Picture, format_: Format) -> Picture:
    """What the format can hold: a profile or sRGB, alpha or white, one frame or all."""
    is_gray = picture.frames[0].mode in ("L", "LA")
    holds_profile = format_.traits.icc and format_ not in (_WITHOUT_GRAY if is_gray else _WITHOUT_PROFILE)
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
    if frame.mode not in ("LA", "RGBA"):
        return frame
    opaque = Image.new("L" if frame.mode == "LA" else "RGB", frame.size, "white")
    opaque.paste(frame.convert(opaque.mode), mask=frame.getchannel("A"))
    return opaque


def _within(picture: Picture, format_: Format, options: EncodeOptions, limit: int) -> bytes:
    """Lower the quality until the file has at most `limit` bytes; the last attempt stands."""
    while True:
        options.check()
        body = _encoded(picture, format_, options)
        if not limit or len(body) <= limit or options.quality <= _LOWEST_QUALITY:
            return body
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


def _exif(picture: Picture) -> bytes:
    return picture.metadata.exif or minimal_exif()


def _jpeg(picture: Picture, options: EncodeOptions) -> bytes:
    frame, metadata = picture.frames[0], picture.metadata
    exif = _in_one_segment(b"Exif\0\0" + _exif(picture))
    iptc = _in_one_segment(iptc_segment(metadata.iptc))
    xmp = _in_one_segment(metadata.xmp)
    return saved(
        frame,
        Format.JPEG,
        room=jpeg_room(frame, exif, iptc, xmp, picture.profile or b""),
        quality=options.quality,
        optimize=True,
        progressive=options.settings.jpeg_progressive,
        subsampling=0 if options.quality >= _FULL_CHROMA_FROM else 2,
        dpi=(72, 72),
        icc_profile=picture.profile,
        exif=exif,
        xmp=xmp,
        extra=iptc,
    )


def _in_one_segment(block: bytes) -> bytes:
    """A JPEG segment holds 65,533 bytes; what is longer is left out."""
    return block if len(block) <= _JPEG_SEGMENT_BYTES else b""


def _png(picture: Picture, options: EncodeOptions) -> bytes:
    frame, settings = picture.frames[0], options.settings
    bits = _palette_bits(picture, settings)
    text = PngImagePlugin.PngInfo()
    if picture.metadata.xmp:
        text.add_itxt("XML:com.adobe.xmp", picture.metadata.xmp.decode("utf-8", "replace"))
    image = quantized(frame, bits) if bits else frame
    body = saved(
        image,
        Format.PNG,
        bits=bits or None,
        dpi=(72, 72),
        compress_level=_PNG_LEVEL,
        pnginfo=text,
        icc_profile=picture.profile,
        exif=_exif(picture),
    )
    return interlaced(body, image, bits or 8) if settings.png_interlaced else body


def _palette_bits(picture: Picture, settings: EncodeSettings) -> int:
    """Depth of the palette to write; 0 for none."""
    if settings.png_quantize:
        return bits_for(settings.png_quantization_colors)
    return rounded(picture.palette_bits) if picture.palette_bits else 0


def _webp(picture: Picture, options: EncodeOptions) -> bytes:
    # NOTE: Pillow's encoder has no presets: WEBP_PRESET has no effect.
    first, *rest = picture.frames
    return saved(
        first,
        Format.WEBP,
        quality=options.quality,
        method=options.settings.webp_effort,
        icc_profile=picture.profile,
        exif=_exif(picture),
        xmp=picture.metadata.xmp,
        **_sequence(picture, rest),
    )


def _sequence(picture: Picture, rest: list[Image.Image]) -> dict[str, Any]:
    if not rest:
        return {}
    return {"save_all": True, "append_images": rest, "duration": list(picture.delays_ms), "loop": picture.loop}


def _gif(picture: Picture, options: EncodeOptions) -> bytes:
    return gif(picture, picture.palette_bits or 8, options.check)


def _avif(picture: Picture, options: EncodeOptions) -> bytes:
    first, *rest = picture.frames if options.settings.avif_animation else picture.frames[:1]
    return saved(
        first,
        Format.AVIF,
        quality=options.quality,
        speed=options.settings.avif_speed,
        advanced=_AVIF_TUNING,
        icc_profile=picture.profile,
        exif=_exif(picture),
        xmp=picture.metadata.xmp,
        **_sequence(picture, rest),
    )


def _heic(picture: Picture, options: EncodeOptions) -> bytes:
    return saved(
        picture.frames[0],
        Format.HEIC,
        quality=options.quality,
        icc_profile=picture.profile,
        exif=_exif(picture),
        xmp=picture.metadata.xmp,
    )


def _jxl(picture: Picture, options: EncodeOptions) -> bytes:
    return saved(
        picture.frames[0],
        Format.JXL,
        # COMPAT: libjxl's 100 is lossless, which its plugin wants to be told.
        lossless=options.quality == 100,
        quality=options.quality,
        effort=options.settings.jxl_effort,
        num_threads=0,
        exif=picture.metadata.exif,
        xmp=picture.metadata.xmp,
    )


def _tiff(picture: Picture, options: EncodeOptions) -> bytes:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if picture.metadata.xmp:
        tags[700] = picture.metadata.xmp
    return saved(picture.frames[0], Format.TIFF, dpi=(72, 72), tiffinfo=tags, icc_profile=picture.profile)


def _bmp(picture: Picture, options: EncodeOptions) -> bytes:
    return bmp(picture.frames[0].convert("RGBA" if picture.has_alpha else "RGB"))


def _ico(picture: Picture, options: EncodeOptions) -> bytes:
    return icon(saved(picture.frames[0].convert("RGBA"), Format.PNG), Size(*picture.size))


_ENCODERS: Mapping[Format, Callable[[Picture, EncodeOptions], bytes]] = {
    Format.JPEG: _jpeg,
    Format.PNG: _png,
    Format.WEBP: _webp,
    Format.GIF: _gif,
    Format.AVIF: _avif,
    Format.JXL: _jxl,
    Format.HEIC: _heic,
    Format.TIFF: _tiff,
    Format.BMP: _bmp,
    Format.ICO: _ico,
}
