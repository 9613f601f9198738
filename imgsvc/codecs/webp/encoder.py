"""Writes WebP, still or animated."""

from PIL import Image, WebPImagePlugin, _webp

from imgsvc.codecs.color.hidden import covered
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.codecs.webp.chroma import Softening
from imgsvc.codecs.webp.container import with_metadata
from imgsvc.codecs.webp.sequence import KEYFRAMES, compressed, config
from imgsvc.options.modes import has_alpha, in_color
from imgsvc.options.saving import WebpCompression, WebpPreset

# Behind RIFF, the size, WEBP, VP8X and its size.
_FLAGS_AT, _HAS_ALPHA, _OPAQUE = 20, 0x10, 255
_ALL = 100
# SECURITY: without loss a megapixel takes 0.4 s, in one call; with the least effort 0.03 s, for a fifth more bytes.
_MOST_PIXELS = 2_000_000
_QUICKLY = (0, 0)


def write_webp(picture: Picture, options: EncodeOptions) -> bytes:
    """Every frame."""
    if _is_beyond_pillow(options.settings):
        body = _as_libwebp_can(picture, options)
        return _telling_of_alpha(body) if picture.is_animated and any(map(_is_transparent, picture.frames)) else body
    return _animation(picture, options) if picture.is_animated else _as_pillow_can(picture, options)


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


def _animation(picture: Picture, options: EncodeOptions) -> bytes:
    """As Pillow's plugin writes it, which would have all frames at once."""
    quality, method = _effort(picture, options)
    is_lossless = options.settings.webp_compression is WebpCompression.LOSSLESS
    # A lossy animation may have frames that are not, where that is smaller: those of few colors.
    encoder = _webp.WebPAnimEncoder(picture.size, 0, picture.loop, False, *KEYFRAMES, not is_lossless, False)
    begins, is_any_transparent, softening = 0, False, Softening()
    for frame, delay in zip(picture.frames, picture.delays_ms, strict=True):
        options.check()
        is_any_transparent = is_any_transparent or _is_transparent(frame)
        mode = in_color(frame.mode)
        shown = frame if frame.mode == mode else frame.convert(mode)
        shown = shown if is_lossless else softening.softened(shown)
        encoder.add(shown.getim(), begins, is_lossless, quality, _ALL, method)
        begins += delay
    encoder.add(None, begins, is_lossless, quality, _ALL, 0)
    body: bytes | None = encoder.assemble(
        picture.profile or b"", exif_or_minimal(picture.metadata), picture.metadata.xmp
    )
    if body is None:
        raise OSError("libwebp gives no file")
    return _telling_of_alpha(body) if is_any_transparent else body


def _as_libwebp_can(picture: Picture, options: EncodeOptions) -> bytes:
    settings = options.settings
    how = config(settings.webp_preset)
    how.quality, how.method = _effort(picture, options)
    how.lossless = settings.webp_compression is not WebpCompression.LOSSY
    how.near_lossless = options.quality if settings.webp_compression is WebpCompression.NEAR_LOSSLESS else _ALL
    how.use_sharp_yuv = settings.webp_smart_subsample
    return with_metadata(
        compressed(picture, how, options.check),
        picture.size,
        has_alpha=any(map(_is_transparent, picture.frames)),
        profile=picture.profile or b"",
        exif=exif_or_minimal(picture.metadata).removeprefix(b"Exif\0\0"),
        xmp=picture.metadata.xmp,
    )


def _effort(picture: Picture, options: EncodeOptions) -> tuple[int, int]:
    """Quality and method; without loss both say how much is tried."""
    is_lossy = options.settings.webp_compression is WebpCompression.LOSSY
    is_large = picture.size.width * picture.size.height > _MOST_PIXELS
    return _QUICKLY if is_large and not is_lossy else (options.quality, options.settings.webp_effort)


def _is_transparent(frame: Image.Image) -> bool:
    """Somewhere."""
    return has_alpha(frame.mode) and frame.getchannel("A").getextrema()[0] != _OPAQUE


def _telling_of_alpha(body: bytes) -> bytes:
    """NOTE: libwebp cuts frames down to what is not transparent, and says of the file what is left: no alpha."""
    return body[:_FLAGS_AT] + bytes([body[_FLAGS_AT] | _HAS_ALPHA]) + body[_FLAGS_AT + 1 :]
