"""Settings of decoding and encoding, and of the choice of a format."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from imgsvc.options.formats import Format, format_named
from imgsvc.options.saving import AutoqualityMethod, AvifSubsample, WebpCompression, WebpPreset
from imgsvc.settings.env import BOOLEAN, SECONDS, Kind, decimal, integer, megapixels, setting

_QUALITY = {Format.WEBP: 79, Format.AVIF: 63, Format.JXL: 77}
_AUTOQUALITY_MIN, _AUTOQUALITY_MAX = {Format.AVIF: 60}, {Format.AVIF: 65}


class JpegEncoder(StrEnum):
    """What writes JPEG."""

    LIBJPEG_TURBO = "libjpeg-turbo"
    JPEGLI = "jpegli"


def _formats(text: str) -> tuple[Format, ...]:
    return tuple(format_named(word.strip()) for word in text.split(","))


def _format_quality(usual: Mapping[Format, int]) -> Callable[[str], Mapping[Format, int]]:
    """`format=quality,...`, laid over the built-in values."""

    def parse(text: str) -> Mapping[Format, int]:
        merged = dict(usual)
        for item in text.split(","):
            word, _, digits = item.partition("=")
            quality = int(digits)
            if not 1 <= quality <= 100:
                raise ValueError(item)
            merged[format_named(word.strip())] = quality
        return MappingProxyType(merged)

    return parse


def _show_formats(formats: tuple[Format, ...]) -> str:
    return ",".join(each.word for each in formats)


def _show_format_quality(qualities: Mapping[Format, int]) -> str:
    return ",".join(f"{each.word}={quality}" for each, quality in qualities.items())


FORMATS: Kind[tuple[Format, ...]] = Kind("a comma-separated list of formats", _formats, _show_formats)
FORMAT_QUALITY: Kind[Mapping[Format, int]] = Kind(
    "format=quality,... with 1 to 100", _format_quality(_QUALITY), _show_format_quality
)
AUTOQUALITY_MIN: Kind[Mapping[Format, int]] = Kind(
    FORMAT_QUALITY.expected, _format_quality(_AUTOQUALITY_MIN), _show_format_quality
)
AUTOQUALITY_MAX: Kind[Mapping[Format, int]] = Kind(
    FORMAT_QUALITY.expected, _format_quality(_AUTOQUALITY_MAX), _show_format_quality
)
AUTOQUALITY_METHOD: Kind[AutoqualityMethod] = Kind(f"one of {', '.join(AutoqualityMethod)}", AutoqualityMethod)
WEBP_COMPRESSION: Kind[WebpCompression] = Kind(f"one of {', '.join(WebpCompression)}", WebpCompression)
WEBP_PRESET: Kind[WebpPreset] = Kind(f"one of {', '.join(WebpPreset)}", WebpPreset)
JPEG_ENCODER: Kind[JpegEncoder] = Kind(f"one of {', '.join(JpegEncoder)}", JpegEncoder)
AVIF_SUBSAMPLE: Kind[AvifSubsample] = Kind(f"one of {', '.join(AvifSubsample)}", AvifSubsample)


_A_TABLE = integer(0, 9)
QUANT_TABLE: Kind[int | None] = Kind(
    f"{_A_TABLE.expected}, or nothing",
    lambda text: _A_TABLE.parse(text) if text else None,
    lambda table: "" if table is None else str(table),
)
FOLDER: Kind[Path | None] = Kind(
    "the path of a directory", lambda text: Path(text) if text else None, lambda path: str(path or "")
)


@dataclass(frozen=True, slots=True)
class EncodeSettings:
    """How results are compressed."""

    quality: int = setting(80, integer(1, 100), "Quality where no other is given.")
    format_quality: Mapping[Format, int] = setting(
        MappingProxyType(_QUALITY), FORMAT_QUALITY, "Quality by format; laid over webp=79,avif=63,jxl=77."
    )
    autoquality_method: AutoqualityMethod = setting(
        AutoqualityMethod.NONE, AUTOQUALITY_METHOD, "Find the quality for each picture, where a URL names none."
    )
    autoquality_target: float = setting(
        0.02, decimal(0, 1e12), "How unlike its picture a result may look, from 0 to 1; for the method size, bytes."
    )
    autoquality_min: int = setting(70, integer(1, 100), "Lowest quality that is chosen from.")
    autoquality_max: int = setting(80, integer(1, 100), "Highest quality that is chosen from.")
    autoquality_format_min: Mapping[Format, int] = setting(
        MappingProxyType(_AUTOQUALITY_MIN), AUTOQUALITY_MIN, "Lowest by format; laid over avif=60."
    )
    autoquality_format_max: Mapping[Format, int] = setting(
        MappingProxyType(_AUTOQUALITY_MAX), AUTOQUALITY_MAX, "Highest by format; laid over avif=65."
    )
    autoquality_allowed_error: float = setting(0.002, decimal(0, 1), "How near the target is near enough.")
    autoquality_max_resolution: int = setting(
        0, megapixels(zero_allowed=True), "Results of more megapixels are written as without.", zero="no limit"
    )
    jpeg_encoder: JpegEncoder = setting(
        JpegEncoder.LIBJPEG_TURBO,
        JPEG_ENCODER,
        "What writes JPEG: jpegli looks better in as many bytes, and needs the package ajpegli.",
    )
    jpeg_progressive: bool = setting(False, BOOLEAN, "Write progressive JPEG.")
    jpeg_no_subsample: bool = setting(
        False, BOOLEAN, "Write JPEG with all of its color resolution, as from quality 90."
    )
    jpeg_quant_table: int | None = setting(
        None,
        QUANT_TABLE,
        "Which of mozjpeg's nine tables JPEG is quantized by; 0 is the standard's, 9 imgsvc's own, in full color; "
        "where nothing is said, 0, and 9 for what is scaled finely.",
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
    strip_metadata_dpi: float = setting(
        72.0, decimal(0, 65_535, low_included=False), "Dots per inch of results whose metadata is dropped."
    )
    color_profiles_dir: Path | None = setting(
        Path("/usr/share/color/icc"),
        FOLDER,
        "Directory of the profiles that `color_profile` names, and of directories of them; it is read at the start.",
        zero="none but sRGB",
    )
    jxl_effort: int = setting(4, integer(1, 9), "JPEG XL effort; more is slower and smaller.")


def encode_cautions(settings: EncodeSettings, *, has_jpegli: bool) -> Iterator[str]:
    """A sentence for what is not done as it is said."""
    if settings.jpeg_encoder is JpegEncoder.JPEGLI and not has_jpegli:
        yield "JPEG_ENCODER jpegli needs the package ajpegli, which is not installed: libjpeg-turbo writes JPEG"
    if settings.jpeg_encoder is JpegEncoder.JPEGLI and settings.jpeg_quant_table:
        yield "JPEG_QUANT_TABLE is for libjpeg-turbo, which writes JPEG with it whatever JPEG_ENCODER says"
    if settings.autoquality_method is AutoqualityMethod.ML:
        yield "AUTOQUALITY_METHOD ml is dssim here: there is no network"
    if settings.autoquality_min > settings.autoquality_max:
        yield "AUTOQUALITY_MIN is above AUTOQUALITY_MAX, so that nothing but the latter is chosen"
    low, high = settings.autoquality_format_min, settings.autoquality_format_max
    if names := [
        each.word
        for each in Format
        if each in {*low, *high} and low.get(each, settings.autoquality_min) > high.get(each, settings.autoquality_max)
    ]:
        yield f"AUTOQUALITY_FORMAT_MIN is above AUTOQUALITY_FORMAT_MAX, or what stands for it, for {', '.join(names)}"


@dataclass(frozen=True, slots=True)
class DecodeSettings:
    """How sources are opened."""

    sanitize_svg: bool = setting(True, BOOLEAN, "Remove scripts and foreign references from SVG that is passed on.")
    minify_svg: bool = setting(
        False, BOOLEAN, "Take metadata, what editors leave, and needless digits out of SVG that is passed on."
    )
    svg_unlimited: bool = setting(False, BOOLEAN, "Accept SVG files over 10 MB.")
    svg_timeout: int = setting(5, SECONDS, "Seconds that drawing an SVG may take, in a process of its own.")
    enable_pdf: bool = setting(
        False, BOOLEAN, "Read PDF, page by page, in a process of its own; needs the package pypdfium2."
    )
    pdf_timeout: int = setting(5, SECONDS, "Seconds that drawing a PDF may take, all of its pages that are asked for.")
    pdf_no_background: bool = setting(False, BOOLEAN, "Leave pages of PDF transparent where nothing is on them.")
    enable_psd: bool = setting(False, BOOLEAN, "Read PSD and PSB: the merged picture, without the layers.")
    png_unlimited: bool = setting(False, BOOLEAN, "Use PNG color profiles over 1 MiB, which are left out otherwise.")
    use_thumbnails: bool = setting(
        True, BOOLEAN, "Make pictures from the thumbnail in a HEIC or AVIF file where that is large enough."
    )
    disable_shrink_on_load: bool = setting(False, BOOLEAN, "Decode at full size even where less would do.")
    use_linear_colorspace: bool = setting(False, BOOLEAN, "Resize in linear light.")
    object_detection_fallback_to_smart_crop: bool = setting(
        True, BOOLEAN, "The gravities `obj` and `objw`, which need a network that is not here, are `sm`; else `ce`."
    )


def decode_cautions(settings: DecodeSettings, *, has_pdfium: bool) -> Iterator[str]:
    """A sentence for what cannot be done as it is said."""
    if settings.enable_pdf and not has_pdfium:
        yield "ENABLE_PDF needs the package pypdfium2, which is not installed: every PDF is answered with 422"


@dataclass(frozen=True, slots=True)
class FormatSettings:
    """Which format a result gets."""

    preferred_formats: tuple[Format, ...] = setting(
        (Format.JPEG, Format.PNG, Format.GIF), FORMATS, "Formats to choose from where none is requested."
    )
    skip_processing_formats: tuple[Format, ...] = setting(
        (), FORMATS, "Source formats that are passed on as they are if no other is requested.", zero="none"
    )
    best_format_complexity_threshold: float = setting(
        5.5,
        decimal(0, 8),
        "Format best: pictures of at most so many bits a pixel are written without loss.",
        zero="none is",
    )
    best_format_max_resolution: int = setting(
        0, megapixels(zero_allowed=True), "Format best: of larger results one format is taken untried.", zero="no limit"
    )
    best_format_by_default: bool = setting(False, BOOLEAN, "Format best where none is requested.")
    best_format_allow_skips: bool = setting(
        False, BOOLEAN, "Format best: pass on SVG, and formats that are to be skipped, as they are."
    )
    always_rasterize_svg: bool = setting(False, BOOLEAN, "Draw SVG even where no other format is requested.")
    auto_webp: bool = setting(False, BOOLEAN, "Use WebP where none is requested and the client accepts it.")
    auto_avif: bool = setting(False, BOOLEAN, "Use AVIF where none is requested and the client accepts it.")
    auto_jxl: bool = setting(False, BOOLEAN, "Use JPEG XL where none is requested and the client accepts it.")
    enforce_webp: bool = setting(False, BOOLEAN, "Use WebP whatever is requested, if the client accepts it.")
    enforce_avif: bool = setting(False, BOOLEAN, "Use AVIF whatever is requested, if the client accepts it.")
    enforce_jxl: bool = setting(False, BOOLEAN, "Use JPEG XL whatever is requested, if the client accepts it.")
