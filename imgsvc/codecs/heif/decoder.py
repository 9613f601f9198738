"""Decodes HEIC, and AVIF, which may be animated."""

from io import BytesIO

from PIL import ImageFile

from imgsvc.codecs.heif.plugin import AvifImagePlugin, pillow_heif
from imgsvc.codecs.native.loading import load
from imgsvc.codecs.opened import DecodeRequest, Opened, SourceImage
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import animation, header_of, still


def open_avif(source: SourceImage) -> Opened:
    """Read the header."""
    image = AvifImagePlugin.AvifImageFile(BytesIO(source.data))
    frames = int(getattr(image, "n_frames", 1))
    header = header_of(image, source.format, frames=frames)

    def pixels(request: DecodeRequest) -> Picture:
        if (count := min(frames, request.max_frames)) > 1:
            return animation(header, image, count)
        load(image, source.data)
        return still(header, image)

    return Opened(header, pixels)


def open_heic(source: SourceImage) -> Opened:
    """Read the header."""
    image: ImageFile.ImageFile = pillow_heif.HeifImageFile(BytesIO(source.data))  # type: ignore[no-untyped-call]
    header = header_of(image, source.format)

    def pixels(_: DecodeRequest) -> Picture:
        load(image, source.data)
        return still(header, image)

    return Opened(header, pixels)
