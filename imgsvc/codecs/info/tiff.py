"""Reads the first directory of a TIFF, wherever in the file that is."""

from imgsvc.codecs.info.directories import Directory, first_directory
from imgsvc.codecs.info.outline import Outline, Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from imgsvc.parts import Parts

_WIDTH, _HEIGHT, _BITS, _PHOTOMETRIC, _ORIENTATION, _SAMPLES = 256, 257, 258, 262, 274, 277
_EXTRA, _FORMAT, _XMP, _IPTC, _PHOTOSHOP = 338, 339, 700, 33723, 34377
_GRAYS, _INK, _LAB = (0, 1), 5, 8
_FLOAT = 3
_WIDE = 16


def read(parts: Parts, wanted: Wanted) -> Outline:
    """Its outline; UndecodableImageError where it does not say how large it is."""
    directory = first_directory(parts)
    size = Size(directory.number(_WIDTH), directory.number(_HEIGHT))
    if min(size) < 1:
        raise UndecodableImageError("a TIFF that does not say how large it is")
    turned = directory.number(_ORIENTATION, 1)
    bands = directory.number(_SAMPLES, 1)
    is_float, bits = directory.number(_FORMAT, 1) == _FLOAT, directory.number(_BITS, 1)
    return Outline(
        size,
        turned if 1 <= turned <= 8 else 1,
        parts,
        photoshop=directory.block(_PHOTOSHOP) if wanted.iptc else b"",
        iptc=directory.block(_IPTC) if wanted.iptc else b"",
        xmp=directory.block(_XMP) if wanted.xmp else b"",
        colorspace=_colorspace(directory, bits),
        bands=bands,
        sample_format="float" if is_float else "ushort" if bits == _WIDE else "uchar",
        has_alpha=directory.number(_EXTRA) in (1, 2),
    )


def _colorspace(directory: Directory, bits: int) -> str:
    photometric = directory.number(_PHOTOMETRIC, 1)
    if photometric in _GRAYS:
        return "grey16" if bits == _WIDE else "b-w"
    if photometric == _INK:
        return "cmyk"
    if photometric == _LAB:
        return "lab"
    return "rgb16" if bits == _WIDE else "srgb"
