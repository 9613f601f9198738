"""What is wanted of the file: the settings of its format, with what the URL says in their place."""

from dataclasses import fields, replace
from typing import Any

from imgsvc.codecs.jpeg.jpegli import HAS_JPEGLI
from imgsvc.codecs.jpeg.quantization import FULL_COLOR
from imgsvc.codecs.settings import EncodeSettings, JpegEncoder
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import WebpCompression

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


def is_lossy(format_: Format, settings: EncodeSettings) -> bool:
    """Whether less quality makes it smaller."""
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


def asked(
    format_: Format, options: ProcessingOptions, settings: EncodeSettings, *, has_jpegli: bool = HAS_JPEGLI
) -> EncodeSettings:
    """The settings, with what the URL says of this format in their place."""
    field = _OPTIONS_OF.get(format_)
    if field == "jpeg_options" and _is_fine(options) and _leaves_table(settings, has_jpegli=has_jpegli):
        settings = replace(settings, jpeg_quant_table=FULL_COLOR)
    # PERF: hardly a URL says so, and a comparison takes no time.
    if field is None or (wish := getattr(options, field)) == getattr(_USUAL, field):
        return settings
    prefix = field.removesuffix("_options")
    given: dict[str, Any] = {f"{prefix}_{name}": value for name, value in wish._asdict().items()}
    return replace(settings, **{name: given[name] for name in _SETTINGS & given.keys() if given[name] is not None})


def _is_fine(options: ProcessingOptions) -> bool:
    return any(each.scales_finely for each in options.pipelines)


def _leaves_table(settings: EncodeSettings, *, has_jpegli: bool) -> bool:
    """Whether nobody has chosen how libjpeg-turbo quantizes: then finer pictures get the table that shows them."""
    is_turbo = settings.jpeg_encoder is JpegEncoder.LIBJPEG_TURBO or not has_jpegli
    return settings.jpeg_quant_table is None and is_turbo
