"""Writes WebP, still or animated."""

from PIL import Image, WebPImagePlugin

from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved, sequence
from imgsvc.codecs.picture import Picture
from imgsvc.options.modes import has_alpha

# Behind RIFF, the size, WEBP, VP8X and its size.
_FLAGS_AT, _HAS_ALPHA, _OPAQUE = 20, 0x10, 255


def write_webp(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    # NOTE: Pillow's encoder has no presets: WEBP_PRESET has no effect.
    first, *rest = picture.frames
    body = saved(
        first,
        WebPImagePlugin.WebPImageFile.format,
        quality=options.quality,
        method=options.settings.webp_effort,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
        **sequence(picture, rest),
    )
    return _telling_of_alpha(body) if rest and any(map(_is_transparent, picture.frames)) else body


def _is_transparent(frame: Image.Image) -> bool:
    """Somewhere."""
    return has_alpha(frame.mode) and frame.getchannel("A").getextrema()[0] != _OPAQUE


def _telling_of_alpha(body: bytes) -> bytes:
    """NOTE: libwebp cuts frames down to what is not transparent, and says of the file what is left: no alpha."""
    return body[:_FLAGS_AT] + bytes([body[_FLAGS_AT] | _HAS_ALPHA]) + body[_FLAGS_AT + 1 :]
