"""Writes WebP, still or animated."""

from PIL import WebPImagePlugin

from imgsvc.codecs.color.hidden import covered
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.webp.container import with_metadata
from imgsvc.codecs.webp.sequence import compressed, config
from imgsvc.options.saving import WebpCompression, WebpPreset

# Behind RIFF, the size, WEBP, VP8X and its size.
_FLAGS_AT, _HAS_ALPHA = 20, 0x10
_ALL = 100
# SECURITY: without loss a megapixel takes 0.4 s, in one call; with the least effort 0.03 s, for a fifth more bytes.
_MOST_PIXELS = 2_000_000
_QUICKLY = (0, 0)


def write_webp(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    if picture.is_animated or _is_beyond_pillow(options.settings):
        return _as_libwebp_can(picture, options)
    return _as_pillow_can(picture, options)


def _is_beyond_pillow(settings: EncodeSettings) -> bool:
    """PERF: Pillow's way takes no copy of the pixels."""
    has_kind = settings.webp_preset is not WebpPreset.DEFAULT
    return has_kind or settings.webp_smart_subsample or settings.webp_compression is WebpCompression.NEAR_LOSSLESS


def _as_pillow_can(picture: Picture, options: EncodeOptions) -> bytes:
    quality, method = _effort(picture, options)
    is_lossless = options.settings.webp_compression is WebpCompression.LOSSLESS
    return saved(
        picture.frames[0] if is_lossless else covered(picture.frames[0]),
        WebPImagePlugin.WebPImageFile.format,
        quality=quality,
        lossless=True if is_lossless else None,
        method=method,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        xmp=picture.metadata.xmp,
    )


def _as_libwebp_can(picture: Picture, options: EncodeOptions) -> bytes:
    settings = options.settings
    how = config(settings.webp_preset)
    how.quality, how.method = _effort(picture, options)
    how.lossless = settings.webp_compression is not WebpCompression.LOSSY
    how.near_lossless = options.quality if settings.webp_compression is WebpCompression.NEAR_LOSSLESS else _ALL
    how.use_sharp_yuv = settings.webp_smart_subsample
    made = compressed(picture, how, options.check)
    body = with_metadata(
        made.body,
        picture.size,
        has_alpha=made.is_transparent,
        profile=picture.profile or b"",
        exif=exif_or_minimal(picture.metadata).removeprefix(b"Exif\0\0"),
        xmp=picture.metadata.xmp,
    )
    return _telling_of_alpha(body) if picture.is_animated and made.is_transparent else body


def _effort(picture: Picture, options: EncodeOptions) -> tuple[int, int]:
    """Quality and method; without loss both say how much is tried."""
    is_lossy = options.settings.webp_compression is WebpCompression.LOSSY
    is_large = picture.size.width * picture.size.height > _MOST_PIXELS
    return _QUICKLY if is_large and not is_lossy else (options.quality, options.settings.webp_effort)


def _telling_of_alpha(body: bytes) -> bytes:
    """NOTE: libwebp cuts frames down to what is not transparent, and says of the file what is left: no alpha."""
    return body[:_FLAGS_AT] + bytes([body[_FLAGS_AT] | _HAS_ALPHA]) + body[_FLAGS_AT + 1 :]
