"""Writes JPEG."""

from PIL import Image, JpegImagePlugin

from imgsvc.codecs.metadata import exif_or_minimal, iptc_segment
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture

# Below this quality half of the color resolution is kept, as libvips does.
_FULL_CHROMA_FROM = 90
_SEGMENT_BYTES = 65_500
# For a level of one channel, a JPEG's code takes up to 16 bits and the number behind it up to 11; a refinement is less.
_BYTES = 4
# Every table and header.
_HEAD_BYTES = 64 * 1024
# Blocks are whole, of 16 pixels where color has half of the resolution.
_BLOCK = 16


def write_jpeg(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    frame, metadata = picture.frames[0], picture.metadata
    exif = _in_one_segment(b"Exif\0\0" + exif_or_minimal(metadata))
    iptc = _in_one_segment(iptc_segment(metadata.iptc))
    xmp = _in_one_segment(metadata.xmp)
    return saved(
        frame,
        JpegImagePlugin.JpegImageFile.format,
        room=room(frame, exif, iptc, xmp, picture.profile or b""),
        quality=options.quality,
        optimize=True,
        progressive=options.settings.jpeg_progressive,
        subsampling=0 if options.quality >= _FULL_CHROMA_FROM else 2,
        dpi=(72, 72),
        icc_profile=picture.profile,
        exif=exif,
        xmp=xmp,
        extra=iptc,
    )


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
