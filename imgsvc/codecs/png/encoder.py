"""Writes PNG, with a palette or interlaced where that is asked for."""

from PIL import Image, PngImagePlugin

from imgsvc.codecs.color.palette import bits_for, quantized, rounded
from imgsvc.codecs.metadata import exif_or_minimal
from imgsvc.codecs.native.saving import EncodeOptions, saved
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.adam7 import interlaced
from imgsvc.codecs.png.deep import deepened
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.modes import SIXTEEN_BITS

# zlib-ng's: files are as small as imgproxy's, to within a hundredth, and at 7 it takes twice as long.
_LEVEL = 6
# Behind the signature, IHDR's length and name, and both sides.
_DEPTH_AT = 24


def write_png(picture: Picture, options: EncodeOptions) -> bytes:
    """The first frame."""
    frame, settings = picture.frames[0], options.settings
    bits, is_deep = _palette_bits(picture, settings), frame.mode == SIXTEEN_BITS
    text = PngImagePlugin.PngInfo()
    if picture.metadata.xmp:
        text.add_itxt("XML:com.adobe.xmp", picture.metadata.xmp.decode("utf-8", "replace"))
    image = _trimmed(quantized(frame, bits)) if bits else frame
    body = saved(
        image,
        PngImagePlugin.PngImageFile.format,
        dpi=(picture.metadata.dpi, picture.metadata.dpi),
        # What is written in its place is compressed there.
        compress_level=0 if is_deep else _LEVEL,
        pnginfo=text,
        icc_profile=picture.profile,
        exif=exif_or_minimal(picture.metadata),
    )
    if is_deep:
        planes = picture.frames if picture.are_planes else (frame,)
        return deepened(body, planes, picture.color_space)
    return interlaced(body, image, body[_DEPTH_AT]) if settings.png_interlaced else body


def _trimmed(image: Image.Image) -> Image.Image:
    """Without what its palette has behind the last color that is used: Pillow writes it, and more bits an index."""
    palette = image.palette.mode if image.palette else "RGB"
    used = len(image.histogram()) - next(at for at, count in enumerate(reversed(image.histogram())) if count)
    image.putpalette((image.getpalette(palette) or [])[: len(palette) * used], palette)
    return image


def _palette_bits(picture: Picture, settings: EncodeSettings) -> int:
    """Depth of the palette to write; 0 for none."""
    if settings.png_quantize:
        return bits_for(settings.png_quantization_colors)
    return rounded(picture.palette_bits) if picture.palette_bits else 0
