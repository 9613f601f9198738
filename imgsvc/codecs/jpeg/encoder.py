"""Writes JPEG."""

from dataclasses import replace

from PIL import Image, JpegImagePlugin

from imgsvc.codecs.jpeg import jpegli, segments
from imgsvc.codecs.jpeg.gain_map import Appended
from imgsvc.codecs.jpeg.quantization import FULL_COLOR, least, tables
from imgsvc.codecs.metadata import exif_or_minimal, iptc_segment
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import EncodeSettings, JpegEncoder

# Below this quality half of the color resolution is kept, as libvips does.
_FULL_CHROMA_FROM = 90
# Pillow's for how much resolution the channels behind the first keep. NOTE: those of ink are not its colors alone,
# and Pillow would halve magenta, yellow and black.
_ALL, _HALF = 0, 2
# Pillow's for no quality.
_AS_GIVEN = -1
_SEGMENT_BYTES = 65_500
# For a level of one channel, a JPEG's code takes up to 16 bits and the number behind it up to 11; a refinement is less.
_BYTES = 4
# Every table and header.
_HEAD_BYTES = 64 * 1024
# Blocks are whole, of 16 pixels where color has half of the resolution.
_BLOCK = 16


def write_jpeg(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame, and behind it its gain map, if it has one."""
    if picture.gain_map is None:
        return _written(picture, options)
    appended = Appended(picture.gain_map)
    metadata = replace(picture.metadata, xmp=appended.xmp(picture.metadata.xmp))
    return appended.to(_written(replace(picture, metadata=metadata), options, appended.segments))


def _written(picture: Picture, options: EncodeOptions, others: bytes = b"") -> bytes:
    frame, metadata, settings = picture.frames[0], picture.metadata, options.settings
    exif = _in_one_segment(b"Exif\0\0" + exif_or_minimal(metadata))
    iptc = _in_one_segment(iptc_segment(metadata.iptc))
    xmp = _in_one_segment(metadata.xmp)
    if _is_for_jpegli(frame, settings):
        body = jpegli.compressed(frame, options.quality, is_progressive=settings.jpeg_progressive)
        told = segments.density(metadata.dpi), segments.exif(exif), iptc + others, segments.xmp(xmp)
        return segments.with_segments(body, *told, segments.profile(picture.profile or b""))
    return saved(
        frame,
        JpegImagePlugin.JpegImageFile.format,
        room=room(frame, exif, iptc, xmp, others, picture.profile or b""),
        # What is scaled by the quality already is left as it is.
        quality=_AS_GIVEN if settings.jpeg_quant_table else options.quality,
        qtables=tables(settings.jpeg_quant_table, options.quality) if settings.jpeg_quant_table else None,
        optimize=True,
        progressive=settings.jpeg_progressive,
        # JpegWaves.h in requirements/pillow-simd.patch; Pillow has no word for it.
        smooth=-least(settings.jpeg_quant_table),
        subsampling=_ALL if frame.mode == "CMYK" or _keeps_all(options) else _HALF,
        dpi=(picture.metadata.dpi, picture.metadata.dpi),
        icc_profile=picture.profile,
        exif=exif,
        xmp=xmp,
        extra=iptc + others,
    )


def _is_for_jpegli(image: Image.Image, settings: EncodeSettings) -> bool:
    """Whether it writes this: a table that is asked for is libjpeg-turbo's to obey."""
    return settings.jpeg_encoder is JpegEncoder.JPEGLI and not settings.jpeg_quant_table and jpegli.takes(image)


def _keeps_all(options: EncodeOptions) -> bool:
    settings = options.settings
    return settings.jpeg_no_subsample or settings.jpeg_quant_table == FULL_COLOR or options.quality >= _FULL_CHROMA_FROM


def _in_one_segment(block: bytes) -> bytes:
    """A segment holds 65,533 bytes; what is longer is left out."""
    return block if len(block) <= _SEGMENT_BYTES else b""


def room(image: Image.Image, *blocks: bytes) -> int:
    """Bytes that no JPEG of this image exceeds, with these blocks of metadata in it.

    NOTE: Pillow gives an optimized or progressive JPEG a byte for each pixel, or two from quality 95 on; one of noise
    in full color takes over three, and is refused as a broken data stream.
    """
    across, down = (-(-side // _BLOCK) * _BLOCK for side in image.size)
    return across * down * len(image.getbands()) * _BYTES + _HEAD_BYTES + sum(map(len, blocks))
