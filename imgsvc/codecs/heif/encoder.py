"""Writes HEIC, and AVIF, which may be animated."""

from imgsvc.codecs.color.hidden import covered
from imgsvc.codecs.heif.plugin import AvifImagePlugin, pillow_heif
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved, sequence
from imgsvc.codecs.picture import Picture
from imgsvc.options.modes import is_gray
from imgsvc.options.saving import AvifSubsample

# COMPAT: what libheif asks aom for. It keeps texture that is smeared otherwise; files grow by about a tenth.
_AVIF_TUNING = {"tune": "ssim"}
# COMPAT: libvips' `auto`.
_FULL_CHROMA_FROM = 90
_FULL, _HALF = "4:4:4", "4:2:0"


def write_avif(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame, or the first one where the settings allow no other."""
    frames = picture.frames if options.settings.avif_animation else picture.frames[:1]
    first, *rest = map(covered, frames)
    return saved(
        first,
        AvifImagePlugin.AvifImageFile.format,
        quality=options.quality,
        speed=options.settings.avif_speed,
        subsampling=None if all(is_gray(frame.mode) for frame in picture.held) else _subsampling(options),
        advanced=_AVIF_TUNING,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
        **sequence(picture, rest),
    )


def _subsampling(options: EncodeOptions) -> str:
    wanted = options.settings.avif_subsample
    is_full = wanted is AvifSubsample.OFF or (wanted is AvifSubsample.AUTO and options.quality >= _FULL_CHROMA_FROM)
    return _FULL if is_full else _HALF


def write_heic(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    first, is_full = covered(picture.frames[0]), options.quality >= _FULL_CHROMA_FROM
    return saved(
        first,
        pillow_heif().HeifImageFile.format,
        quality=options.quality,
        subsampling=_FULL if is_full and not is_gray(first.mode) else None,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
    )
