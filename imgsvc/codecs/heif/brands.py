"""Tells HEIC from AVIF by the brands at the beginning of a file (ISO/IEC 14496-12, 4.3; 23008-12, 10)."""

from imgsvc.codecs.heif.boxes import boxes
from imgsvc.options.formats import Format

_AVIF = dict.fromkeys((b"avif", b"avis", b"avio", b"MA1A", b"MA1B"), Format.AVIF)
_HEIC = dict.fromkeys((b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"hevm", b"hevs"), Format.HEIC)
_CODECS = {**_AVIF, **_HEIC}
# They say how pictures are kept, and not how they are coded.
_CONTAINERS = frozenset({b"mif1", b"mif2", b"msf1", b"miaf"})

# Files have ten at most.
_WINDOW = 4096


def format_of(window: bytes) -> Format | None:
    """By the major brand, or the first compatible one that names a codec; None if this is no such file.

    COMPAT: imgproxy looks at the major brand alone, and takes mif1 for HEIC; browsers look at all of them.
    """
    if window[4:8] != b"ftyp":
        return None
    brands = _brands(window)
    for brand in brands:
        if brand in _CODECS:
            return _CODECS[brand]
    if not _CONTAINERS.intersection(brands):
        return None
    return Format.AVIF if b"av1C" in window and b"hvcC" not in window else Format.HEIC


def brands_of(data: bytes) -> set[bytes]:
    """Those at the beginning of a file."""
    return set(_brands(data[:_WINDOW]))


def _brands(window: bytes) -> list[bytes]:
    """The major one first; behind it stands a version."""
    first = next(boxes(window, 0, len(window)), None)
    if not first:
        return []
    starts = [first.start, *range(first.start + 8, first.end - 3, 4)]
    return [window[at : at + 4] for at in starts if at + 4 <= first.end]
