"""Writes PNG, with a palette or interlaced where that is asked for."""

import struct

from PIL import Image, PngImagePlugin

from imgsvc.codecs.color.palette import bits_for, quantized, rounded
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.adam7 import chunk, interlaced, unfiltered
from imgsvc.codecs.png.deep import deepened
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.modes import SIXTEEN_BITS

# zlib-ng's: files are as small as imgproxy's, to within a hundredth, and at 7 it takes twice as long.
_LEVEL = 6
# Indices become a twentieth smaller, in 15 ns more for each; finding their colors takes ten times that.
_LEVEL_OF_INDICES = 9
# zlib's own, whose 6 is some hundredths larger than imgproxy's file of a drawing; 9 takes a photograph three times as
# long, for two hundredths.
_LEVEL_INTERLACED = 8
# SECURITY: indices of noise in two colors take 1.2 us each, in one call.
_MOST_PIXELS = 250_000
# The signature, and the chunk that all begin with.
_HEADER = 8 + 12 + 13
# In meters.
_INCH = 0.0254


def write_png(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    frame, settings = picture.frames[0], options.settings
    bits, is_deep = _palette_bits(picture, settings), frame.mode == SIXTEEN_BITS
    if _is_compressed(picture) and not (bits or settings.png_interlaced):
        return _dressed(picture)
    text = PngImagePlugin.PngInfo()
    if picture.metadata.xmp:
        text.add_itxt("XML:com.adobe.xmp", picture.metadata.xmp.decode("utf-8", "replace"))
    image, depth, transparency = _indexed(quantized(frame, bits)) if bits else (frame, 8, b"")
    level = _level(frame, is_indexed=bits > 0, is_interlaced=settings.png_interlaced)
    is_written_anew = is_deep or settings.png_interlaced or depth < 8
    body = saved(
        image,
        PngImagePlugin.PngImageFile.format,
        dpi=(picture.metadata.dpi, picture.metadata.dpi),
        # What is written in its place is compressed there.
        compress_level=0 if is_written_anew else level,
        pnginfo=text,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
        transparency=transparency,
    )
    if is_deep:
        planes = picture.frames if picture.are_planes else (frame,)
        return deepened(body, planes, picture.color_space)
    if settings.png_interlaced:
        return interlaced(body, image, depth, level)
    # NOTE: Pillow 12 filters rows of indices that are shorter than a byte, which say nothing about each other.
    return unfiltered(body, image, depth, level) if depth < 8 else body


def _is_compressed(picture: Picture) -> bool:
    """Whether there is a PNG of just its frame, and nothing is to be said of that."""
    known = picture.compressed
    return known is not None and known.frame is picture.frames[0] and not (picture.profile or picture.metadata.xmp)


def _dressed(picture: Picture) -> bytes:
    """That PNG, with what every result says behind its header."""
    png = picture.compressed.png if picture.compressed else b""
    per_meter = int(picture.metadata.dpi / _INCH + 0.5)
    said = chunk(b"pHYs", struct.pack(">IIB", per_meter, per_meter, 1))
    return png[:_HEADER] + said + chunk(b"eXIf", exif_or_minimal(picture.metadata)) + png[_HEADER:]


def _level(frame: Image.Image, *, is_indexed: bool, is_interlaced: bool) -> int:
    if frame.width * frame.height > _MOST_PIXELS:
        return _LEVEL
    return _LEVEL_OF_INDICES if is_indexed else _LEVEL_INTERLACED if is_interlaced else _LEVEL


def _indexed(image: Image.Image) -> tuple[Image.Image, int, bytes]:
    """Without what its palette has behind the last color that is used, the bits of an index, and the colors' alpha.

    NOTE: Pillow would write all of the palette, and counts that of one with alpha by threes, as if it had none.
    """
    counts = image.histogram()
    used = len(counts) - next(at for at, count in enumerate(reversed(counts)) if count)
    alpha = bytes((image.getpalette("RGBA") or [])[3 : 4 * used : 4]).rstrip(b"\xff")
    image.putpalette((image.getpalette("RGB") or [])[: 3 * used], "RGB")
    return image, bits_for(used), alpha


def _palette_bits(picture: Picture, settings: EncodeSettings) -> int:
    """Depth of the palette to write; 0 for none."""
    if settings.png_quantize:
        return bits_for(settings.png_quantization_colors)
    return rounded(picture.palette_bits) if picture.palette_bits else 0
