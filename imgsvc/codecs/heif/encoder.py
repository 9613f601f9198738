"""Writes HEIC, and AVIF, which may be animated."""

from imgsvc.codecs.heif.plugin import AvifImagePlugin, pillow_heif
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved, sequence
from imgsvc.codecs.picture import Picture

# COMPAT: what libheif asks aom for. It keeps texture that is smeared otherwise; files grow by about a tenth.
_AVIF_TUNING = {"tune": "ssim"}


def write_avif(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame, or the first one where the settings allow no other."""
    first, *rest = picture.frames if options.settings.avif_animation else picture.frames[:1]
    return saved(
        first,
        AvifImagePlugin.AvifImageFile.format,
        quality=options.quality,
        speed=options.settings.avif_speed,
        advanced=_AVIF_TUNING,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
        **sequence(picture, rest),
    )


def write_heic(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    return saved(
        picture.frames[0],
        pillow_heif.HeifImageFile.format,
        quality=options.quality,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
    )
