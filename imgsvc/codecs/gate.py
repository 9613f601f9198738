"""The one way to a decoder: what a file's bytes say is held against limits and bounds before it is asked."""

from collections.abc import Callable, Mapping

from imgsvc.codecs.bmp import header as bmp
from imgsvc.codecs.gif import header as gif
from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.heif import header as heif
from imgsvc.codecs.ico import header as ico
from imgsvc.codecs.jpeg import header as jpeg
from imgsvc.codecs.jxl import header as jxl
from imgsvc.codecs.png import header as png
from imgsvc.codecs.tiff import header as tiff
from imgsvc.codecs.webp import header as webp
from imgsvc.options.formats import Format


def _survey_psd(data: bytes, extent: Extent) -> Survey:
    from imgsvc.codecs.psd import header as psd  # noqa: PLC0415 (for who has PSD)

    return psd.survey(data, extent)


_SURVEYS: Mapping[Format, Callable[[bytes, Extent], Survey]] = {
    Format.JPEG: jpeg.survey,
    Format.PNG: png.survey,
    Format.WEBP: webp.survey,
    Format.GIF: gif.survey,
    Format.ICO: ico.survey,
    Format.BMP: bmp.survey,
    Format.TIFF: tiff.survey,
    Format.HEIC: heif.survey,
    Format.AVIF: heif.survey,
    Format.JXL: jxl.survey,
    Format.PSD: _survey_psd,
}


def survey(data: bytes, format_: Format, extent: Extent, *, counts_frames: bool = True) -> Survey:
    """What `data` says of itself; ResolutionError or UndecodableImageError where a decoder must not see it.

    A drawing has no pixels of its own, and is bounded where it is drawn.
    """
    if format_.traits.vector:
        return Survey()
    if format_ is Format.GIF:
        return gif.survey(data, extent, counts=counts_frames)
    return _SURVEYS[format_](data, extent)
