"""Writes WebP, still or animated."""

from PIL import WebPImagePlugin

from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved, sequence
from imgsvc.codecs.picture import Picture


def write_webp(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    # NOTE: Pillow's encoder has no presets: WEBP_PRESET has no effect.
    first, *rest = picture.frames
    return saved(
        first,
        WebPImagePlugin.WebPImageFile.format,
        quality=options.quality,
        method=options.settings.webp_effort,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
        **sequence(picture, rest),
    )
