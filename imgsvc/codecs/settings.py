"""Settings of decoding and encoding, and of the choice of a format."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from imgsvc.env import BOOLEAN, SECONDS, Kind, integer, setting
from imgsvc.options.formats import Format, format_named
from imgsvc.options.saving import AvifSubsample, WebpCompression, WebpPreset

_QUALITY = {Format.WEBP: 79, Format.AVIF: 63, Format.JXL: 77}


def _formats(text: str) -> tuple[Format, ...]:
    return tuple(format_named(word.strip()) for word in text.split(","))


def _format_quality(text: str) -> Mapping[Format, int]:
    """`format=quality,...`, laid over the built-in values."""
    merged = dict(_QUALITY)
    for item in text.split(","):
        word, _, digits = item.partition("=")
        quality = int(digits)
        if not 1 <= quality <= 100:
            raise ValueError(item)
        merged[format_named(word.strip())] = quality
    return MappingProxyType(merged)


def _show_formats(formats: tuple[Format, ...]) -> str:
    return ",".join(each.word for each in formats)


def _show_format_quality(qualities: Mapping[Format, int]) -> str:
    return ",".join(f"{each.word}={quality}" for each, quality in qualities.items())


FORMATS: Kind[tuple[Format, ...]] = Kind("a comma-separated list of formats", _formats, _show_formats)
FORMAT_QUALITY: Kind[Mapping[Format, int]] = Kind(
    "format=quality,... with 1 to 100", _format_quality, _show_format_quality
)
WEBP_COMPRESSION: Kind[WebpCompression] = Kind(f"one of {', '.join(WebpCompression)}", WebpCompression)
WEBP_PRESET: Kind[WebpPreset] = Kind(f"one of {', '.join(WebpPreset)}", WebpPreset)
AVIF_SUBSAMPLE: Kind[AvifSubsample] = Kind(f"one of {', '.join(AvifSubsample)}", AvifSubsample)


@dataclass(frozen=True, slots=True)
class EncodeSettings:
    """How results are compressed."""

    quality: int = setting(80, integer(1, 100), "Quality where no other is given.")
    format_quality: Mapping[Format, int] = setting(
        MappingProxyType(_QUALITY), FORMAT_QUALITY, "Quality by format; laid over webp=79,avif=63,jxl=77."
    )
    jpeg_progressive: bool = setting(False, BOOLEAN, "Write progressive JPEG.")
    jpeg_no_subsample: bool = setting(
        False, BOOLEAN, "Write JPEG with all of its color resolution, as from quality 90."
    )
    jpeg_quant_table: int = setting(
        0, integer(0, 8), "Which of mozjpeg's nine tables JPEG is quantized by; 0 is the standard's."
    )
    png_interlaced: bool = setting(False, BOOLEAN, "Write interlaced PNG.")
    png_quantize: bool = setting(False, BOOLEAN, "Write PNG with a palette.")
    png_quantization_colors: int = setting(256, integer(2, 256), "Picks the palette's bit depth: 1, 2, 4 or 8.")
    webp_effort: int = setting(4, integer(1, 6), "WebP effort; more is slower and smaller.")
    webp_compression: WebpCompression = setting(
        WebpCompression.LOSSY, WEBP_COMPRESSION, "How WebP is compressed; with near_lossless, quality is how near."
    )
    webp_smart_subsample: bool = setting(False, BOOLEAN, "Keep edges in color sharper in WebP; slower.")
    webp_preset: WebpPreset = setting(WebpPreset.DEFAULT, WEBP_PRESET, "What kind of picture libwebp is to think of.")
    avif_speed: int = setting(
        9, integer(0, 9), "AVIF speed; less is slower and smaller. imgproxy takes 8 unless told otherwise."
    )
    avif_subsample: AvifSubsample = setting(
        AvifSubsample.AUTO, AVIF_SUBSAMPLE, "Keep half of the color resolution in AVIF; auto: below quality 90."
    )
    avif_animation: bool = setting(
        False, BOOLEAN, "Write animations as AVIF sequences; imgproxy writes the first frame."
    )
    jxl_effort: int = setting(4, integer(1, 9), "JPEG XL effort; more is slower and smaller.")


@dataclass(frozen=True, slots=True)
class DecodeSettings:
    """How sources are opened."""

    sanitize_svg: bool = setting(True, BOOLEAN, "Remove scripts and foreign references from SVG that is passed on.")
    svg_unlimited: bool = setting(False, BOOLEAN, "Accept SVG files over 10 MB.")
    svg_timeout: int = setting(5, SECONDS, "Seconds that drawing an SVG may take, in a process of its own.")
    png_unlimited: bool = setting(False, BOOLEAN, "Use PNG color profiles over 1 MiB, which are left out otherwise.")
    use_thumbnails: bool = setting(
        True, BOOLEAN, "Make pictures from the thumbnail in a HEIC or AVIF file where that is large enough."
    )
    disable_shrink_on_load: bool = setting(False, BOOLEAN, "Decode at full size even where less would do.")
    use_linear_colorspace: bool = setting(False, BOOLEAN, "Resize in linear light.")
    object_detection_fallback_to_smart_crop: bool = setting(
        True, BOOLEAN, "The gravities `obj` and `objw`, which need a network that is not here, are `sm`; else `ce`."
    )


@dataclass(frozen=True, slots=True)
class FormatSettings:
    """Which format a result gets."""

    preferred_formats: tuple[Format, ...] = setting(
        (Format.JPEG, Format.PNG, Format.GIF), FORMATS, "Formats to choose from where none is requested."
    )
    skip_processing_formats: tuple[Format, ...] = setting(
        (), FORMATS, "Source formats that are passed on as they are if no other is requested.", zero="none"
    )
    always_rasterize_svg: bool = setting(False, BOOLEAN, "Draw SVG even where no other format is requested.")
    auto_webp: bool = setting(False, BOOLEAN, "Use WebP where none is requested and the client accepts it.")
    auto_avif: bool = setting(False, BOOLEAN, "Use AVIF where none is requested and the client accepts it.")
    auto_jxl: bool = setting(False, BOOLEAN, "Use JPEG XL where none is requested and the client accepts it.")
    enforce_webp: bool = setting(False, BOOLEAN, "Use WebP whatever is requested, if the client accepts it.")
    enforce_avif: bool = setting(False, BOOLEAN, "Use AVIF whatever is requested, if the client accepts it.")
    enforce_jxl: bool = setting(False, BOOLEAN, "Use JPEG XL whatever is requested, if the client accepts it.")
