"""Writes JPEG XL."""

from imgsvc.codecs.jxl.plugin import JpegXLImagePlugin
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture


def write_jxl(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    return saved(
        picture.frames[0],
        JpegXLImagePlugin.JXLImageFile.format,
        # COMPAT: libjxl's 100 is lossless, which its plugin wants to be told.
        lossless=options.quality == 100,
        quality=options.quality,
        effort=options.settings.jxl_effort,
        num_threads=0,
        exif=picture.metadata.exif,
        xmp=picture.metadata.xmp,
    )
