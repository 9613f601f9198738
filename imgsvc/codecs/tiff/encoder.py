"""Writes TIFF."""

from PIL import TiffImagePlugin

from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture

_XMP = 700


def write_tiff(picture: Picture, _: EncodeOptions) -> bytes:
    """The first frame."""
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    if picture.metadata.xmp:
        tags[_XMP] = picture.metadata.xmp
    return saved(
        picture.frames[0],
        TiffImagePlugin.TiffImageFile.format,
        dpi=(picture.metadata.dpi, picture.metadata.dpi),
        tiffinfo=tags,
        icc_profile=picture.profile,
    )
