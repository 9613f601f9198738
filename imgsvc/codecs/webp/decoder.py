"""Decodes WebP: an animation, or a still image at any size that is no larger than its own."""

from dataclasses import replace
from io import BytesIO

from PIL import Image, ImageFile, WebPImagePlugin

from imgsvc.codecs.native.loading import load
from imgsvc.codecs.opened import DecodeRequest, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import animation, header_of, still
from imgsvc.codecs.webp.header import is_lossless
from imgsvc.codecs.webp.libwebp import decode_scaled
from imgsvc.options.geometry import Size

# PERF: scaled by no more than this, all pixels of one without loss are there as soon as fewer are: libwebp has them in
# the colors of a screen already, and its own scaler is no quicker than Pillow-SIMD's. With loss it takes half as long
# again.
_WHOLE_UP_TO = 1.6


def open_webp(source: SourceImage) -> Opened:
    """Read the header."""
    image = WebPImagePlugin.WebPImageFile(BytesIO(source.data))
    frames = int(getattr(image, "n_frames", 1))
    header = header_of(image, source.format, frames=frames)
    if frames == 1 and is_lossless(source.data):
        header = replace(header, whole_up_to=_WHOLE_UP_TO)

    def pixels(request: DecodeRequest) -> Picture:
        if (count := min(frames - request.first, request.max_frames)) > 1 or request.first:
            return animation(header, image, count, request.first)
        return still(header, _pixels(image, source.data, request.size))

    return Opened(header, pixels)


def _pixels(image: ImageFile.ImageFile, data: bytes, size: Size | None) -> Image.Image:
    """Whatever keeps libwebp from scaling it, Pillow may still read it, or say what is wrong."""
    if size and (scaled := decode_scaled(data, size, has_alpha=image.has_transparency_data)):
        return scaled
    load(image, data)
    return image.resize(size) if size else image
