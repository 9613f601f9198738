"""Writes PNG, with a palette or interlaced where that is asked for."""

from PIL import PngImagePlugin

from imgsvc.codecs.color.palette import bits_for, quantized, rounded
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.adam7 import interlaced
from imgsvc.codecs.settings import EncodeSettings

# zlib-ng's: files are as small as imgproxy's, to within a hundredth, and at 7 it takes twice as long.
_LEVEL = 6


def write_png(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    frame, settings = picture.frames[0], options.settings
    bits = _palette_bits(picture, settings)
    text = PngImagePlugin.PngInfo()
    if picture.metadata.xmp:
        text.add_itxt("XML:com.adobe.xmp", picture.metadata.xmp.decode("utf-8", "replace"))
    image = quantized(frame, bits) if bits else frame
    body = saved(
        image,
        PngImagePlugin.PngImageFile.format,
        bits=bits or None,
        dpi=(picture.metadata.dpi, picture.metadata.dpi),
        compress_level=_LEVEL,
        pnginfo=text,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
    )
    return interlaced(body, image, bits or 8) if settings.png_interlaced else body


def _palette_bits(picture: Picture, settings: EncodeSettings) -> int:
    """Depth of the palette to write; 0 for none."""
    if settings.png_quantize:
        return bits_for(settings.png_quantization_colors)
    return rounded(picture.palette_bits) if picture.palette_bits else 0
