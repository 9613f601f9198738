"""Reads EXIF, XMP and IPTC blocks, and decides what of them a result keeps.

A block that cannot be understood is dropped, never an error: nobody asks for an image because of its metadata.
"""

import struct
import warnings
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import TypeVar

from PIL import Image, TiffImagePlugin
from PIL.ExifTags import IFD, Base

from imgsvc.codecs.headers.directories import check_directories, orientation, upright
from imgsvc.codecs.headers.xmp import of_copyright, without_gain_map
from imgsvc.codecs.picture import Metadata

T = TypeVar("T")

_EXIF_PREFIX = b"Exif\0\0"
_IPTC_RESOURCE = 0x0404
_TIFF_IPTC = 33723
# Larger blocks are not metadata any more.
_MAX_BLOCK = 1 << 20

_DPI = 72.0
# JFIF has 16 bits for it.
_MOST_DPI = 65_535.0
_COPYRIGHT_TAGS = (Base.Artist, Base.Copyright)
# They speak of the profile that is gone.
_COLOR_TAGS = (Base.WhitePoint, Base.PrimaryChromaticities)
# They speak of the size that the source had.
_SIZE_TAGS = (Base.ImageWidth, Base.ImageLength)
_EXIF_SIZE_TAGS = (Base.ExifImageWidth, Base.ExifImageHeight)

# By-line, credit, copyright notice (IPTC-NAA information interchange model 4, record 2).
_IPTC_COPYRIGHT = frozenset({80, 110, 116})


def metadata_of(image: Image.Image) -> Metadata:
    """The blocks that Pillow found in a file."""
    exif, xmp = image.info.get("exif", b""), image.info.get("xmp", b"")
    return Metadata(exif=_block(exif).removeprefix(_EXIF_PREFIX), xmp=_block(xmp), iptc=_block(_iptc_of(image)))


def blocks(exif: bytes | None, xmp: bytes | None) -> Metadata:
    """Those of a picture that is upright, whatever they say themselves."""
    return Metadata(exif=upright(_block(exif).removeprefix(_EXIF_PREFIX)), xmp=_block(xmp))


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation of a file just opened, 1 to 8; 1 where there is none that makes sense.

    Pillow's TIFF decoder obeys the tag itself, and reports the upright size.
    """
    return orientation_in(metadata_of(image))


def orientation_in(metadata: Metadata) -> int:
    """The EXIF orientation, 1 to 8; 1 where there is none that makes sense."""
    return orientation(metadata.exif)


def kept(
    metadata: Metadata,
    *,
    strip: bool,
    keep_copyright: bool,
    upright: bool,
    drops_profile: bool = False,
    dpi: float = 0.0,
    stripped_dpi: float = _DPI,
) -> Metadata:
    """What stays: all, who made and owns the image, or nothing; `upright` takes the orientation away.

    `dpi` is what the result says, 0 leaves it: `stripped_dpi` where nothing else is kept.
    """
    wanted = min(dpi, _MOST_DPI)
    if not strip:
        exif = lenient(lambda block: _exif_without(block, upright, drops_profile, wanted), metadata.exif, b"")
        packet = lenient(without_gain_map, metadata.xmp, b"")
        return Metadata(exif, packet, metadata.iptc, wanted or _DPI)
    if not keep_copyright:
        return Metadata(dpi=wanted or stripped_dpi)
    return Metadata(
        exif=lenient(lambda block: _exif_copyright(block, wanted), metadata.exif, b""),
        xmp=lenient(of_copyright, metadata.xmp, b""),
        iptc=_iptc_copyright(metadata.iptc),
        dpi=wanted or stripped_dpi,
    )


def exif_or_minimal(metadata: Metadata) -> bytes:
    """The block that a result carries."""
    return metadata.exif or minimal_exif(metadata.dpi)


@lru_cache
def minimal_exif(dpi: float = _DPI) -> bytes:
    """The block that results carry where nothing else is kept: upright, and so many dots an inch.

    COMPAT: libvips writes one into every JPEG, PNG, WebP, AVIF and HEIC.
    """
    tags = Image.Exif()
    tags[Base.Orientation] = 1
    _set_dpi(tags, dpi)
    return tags.tobytes().removeprefix(_EXIF_PREFIX)


def lenient(read: Callable[[bytes], T], block: bytes, otherwise: T) -> T:
    """What `read` makes of a block; TIFF and XML parsing raise about anything where it is damaged."""
    if not block:
        return otherwise
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return read(block)
        except Exception:  # noqa: BLE001 (a damaged block is a missing one)
            return otherwise


def _block(found: object) -> bytes:
    if isinstance(found, str):
        found = found.encode()
    return found if isinstance(found, bytes) and len(found) <= _MAX_BLOCK else b""


def _iptc_of(image: Image.Image) -> object:
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        return image.tag_v2.get(_TIFF_IPTC)
    resources = image.info.get("photoshop")
    return resources.get(_IPTC_RESOURCE) if isinstance(resources, dict) else None


def _exif(block: bytes) -> Image.Exif:
    check_directories(block)
    tags = Image.Exif()
    tags.load(block)
    return tags


def _set_dpi(tags: Image.Exif, dpi: float) -> None:
    # NOTE: a whole number has to be one, or Pillow writes it as a fraction of others.
    tags[Base.XResolution] = tags[Base.YResolution] = int(dpi) if dpi == int(dpi) else dpi
    tags[Base.ResolutionUnit] = 2


def _exif_without(block: bytes, upright: bool, drops_profile: bool, dpi: float) -> bytes:
    """All tags but those that the work on the pixels made wrong, and the embedded thumbnail."""
    tags = _exif(block)
    details = tags.get_ifd(IFD.Exif)
    for tag in (*_SIZE_TAGS, *(_COLOR_TAGS if drops_profile else ())):
        tags.pop(tag, None)
    for tag in (*_EXIF_SIZE_TAGS, *((Base.ColorSpace,) if drops_profile else ())):
        details.pop(tag, None)
    if upright:
        tags[Base.Orientation] = 1
    if dpi:
        _set_dpi(tags, dpi)
    return tags.tobytes().removeprefix(_EXIF_PREFIX)


def _exif_copyright(block: bytes, dpi: float) -> bytes:
    tags, chosen = _exif(block), Image.Exif()
    for tag in _COPYRIGHT_TAGS:
        if tag in tags:
            chosen[tag] = tags[tag]
    if dpi and len(chosen):
        _set_dpi(chosen, dpi)
    return chosen.tobytes().removeprefix(_EXIF_PREFIX) if len(chosen) else b""


def _iptc_copyright(block: bytes) -> bytes:
    """Of record 2 only those who made and own the image; other records as they are, unless they stand alone."""
    found = list(_datasets(block))
    if not any(record == 2 and number in _IPTC_COPYRIGHT for record, number, _ in found):
        return b""
    return b"".join(raw for record, number, raw in found if record != 2 or number in _IPTC_COPYRIGHT)


def _datasets(block: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Record, number and bytes of each dataset, up to the first that is damaged or longer than 32 KiB."""
    at = 0
    while at + 5 <= len(block) and block[at] == 0x1C:
        record, number, length = struct.unpack_from(">BBH", block, at + 1)
        end = at + 5 + length
        if length & 0x8000 or end > len(block):
            return
        yield record, number, block[at:end]
        at = end


def iptc_segment(block: bytes) -> bytes:
    """The block as an APP13 segment of a JPEG; empty if there is none."""
    if not block:
        return b""
    resource = b"8BIM" + struct.pack(">HHI", _IPTC_RESOURCE, 0, len(block)) + block + b"\0" * (len(block) % 2)
    content = b"Photoshop 3.0\0" + resource
    return b"\xff\xed" + struct.pack(">H", len(content) + 2) + content if len(content) < 65_534 else b""
