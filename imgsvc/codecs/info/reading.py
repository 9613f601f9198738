"""Reads the outline of a source of any format, from its bytes alone where they say it, else with its decoder."""

import struct
from collections.abc import Callable, Mapping

from imgsvc.codecs.info import heif, jpeg, jxl, png, psd, tiff, webp
from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.codecs.info.plain import read_bmp, read_gif
from imgsvc.codecs.opened import Header
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.parts import MissingPartError, Parts

_READERS: Mapping[Format, Callable[[Parts, Wanted], Outline | None]] = {
    Format.JPEG: jpeg.read,
    Format.PNG: png.read,
    Format.WEBP: webp.read,
    Format.GIF: read_gif,
    Format.BMP: read_bmp,
    Format.TIFF: tiff.read,
    Format.HEIC: heif.read,
    Format.AVIF: heif.read,
    Format.JXL: jxl.read,
    Format.PSD: psd.read,
}
# What readers of damaged files come upon.
_DAMAGE = (struct.error, IndexError, ValueError, EOFError, OverflowError)


def read_outline(format_: Format, parts: Parts, wanted: Wanted) -> Outline | None:
    """What the file says of itself; None where only a decoder knows it, which needs the whole.

    MissingPartError where something of it is needed that is not there, UndecodableImageError where it is damaged.
    """
    read = _READERS.get(format_)
    try:
        found = read(parts, wanted) if read else None
    except _DAMAGE as error:
        raise UndecodableImageError(f"{format_.word}: {type(error).__name__}: {error}") from error
    if found is not None and min(found.stored) < 1:
        raise UndecodableImageError(f"{format_.word}: a picture of {found.stored.width}x{found.stored.height}")
    if found is None and not parts.is_whole:
        raise MissingPartError(0, parts.size if parts.size is not None else 2 * max(parts.there, 1))
    return found


def outline_of(header: Header) -> Outline:
    """What a decoder has told."""
    bands = 4 if header.has_alpha else 3
    return Outline(
        header.size,
        header.orientation,
        Parts.whole(header.metadata.exif),
        iptc=header.metadata.iptc,
        xmp=header.metadata.xmp,
        bands=bands,
        has_alpha=header.has_alpha,
    )
