"""Makes a picture of the channels of a PSD.

Of 16 bits the upper 8 count, as everywhere here; floats are light. What is seen through Photoshop has laid on white,
and it is taken off it again; ImageMagick and others write colors as they are.
"""

from collections.abc import Callable, Mapping
from functools import partial

import numpy
from PIL import Image

from imgsvc.codecs.psd.header import ColorMode, Document, Resource
from imgsvc.codecs.psd.planes import Rows, bands_of, has_picture
from imgsvc.codecs.tiff.levels import levels_of_light
from imgsvc.errors import UndecodableImageError

_MODES: Mapping[ColorMode, str] = {ColorMode.RGB: "RGB", ColorMode.CMYK: "CMYK", ColorMode.LAB: "LAB"}
# With alpha beside it; what has another mode is shown as it lies on white.
_SEEN_THROUGH = {"L": "LA", "RGB": "RGBA"}
_WHITE = {"CMYK": (0, 0, 0, 0), "LAB": (255, 128, 128)}
_INKS = frozenset({ColorMode.CMYK, ColorMode.MULTICHANNEL})
_COLORS_OF_TABLE = 256


def mode_of(document: Document) -> str:
    """Pillow's mode of the picture."""
    if document.mode is ColorMode.INDEXED:
        return "RGB" if _transparent(document) is None else "RGBA"
    mode = "CMYK" if _has_inks(document) else _MODES.get(document.mode, "L")
    return _SEEN_THROUGH.get(mode, mode) if document.has_alpha else mode


def image_of(data: bytes, document: Document) -> Image.Image:
    """All pixels; white where the file was saved without its merged picture."""
    mode = mode_of(document)
    if not has_picture(data, document):
        return Image.new(mode, document.size, _WHITE.get(mode, "white"))
    if document.mode is ColorMode.INDEXED:
        return _looked_up(_planes(data, document, 1)[0], document, mode)
    is_seen_through = mode in _SEEN_THROUGH.values()
    planes = _planes(data, document, document.colors + is_seen_through)
    if is_seen_through and document.lies_on_white:
        _take_off_white(planes)
    # Of four inks the last may be missing.
    planes += [numpy.zeros_like(planes[0])] * (Image.getmodebands(mode) - len(planes))
    return Image.merge(mode, [Image.fromarray(plane) for plane in planes])


def _has_inks(document: Document) -> bool:
    return document.mode in _INKS and document.colors > 1


def _planes(data: bytes, document: Document, count: int) -> list[Rows]:
    """The levels of so many channels."""
    planes = [numpy.empty(document.size[::-1], numpy.uint8) for _ in range(count)]
    convert = _conversion(document)
    for channel, top, rows in bands_of(data, document, count):
        planes[channel][top : top + len(rows)] = convert(rows)
    return planes


def _conversion(document: Document) -> Callable[[Rows], Rows]:
    """What makes levels of rows of bytes."""
    if document.bits == 1:
        return partial(_of_bits, width=document.size.width)
    if document.bits == 32:
        return lambda rows: levels_of_light(rows.view(">f4"))
    rows_of = _upper_bytes if document.bits == 16 else _as_they_are
    return (lambda rows: 255 - rows_of(rows)) if _has_inks(document) else rows_of


def _of_bits(rows: Rows, width: int) -> Rows:
    """Black is 1."""
    return (1 - numpy.unpackbits(rows, axis=1, count=width)) * numpy.uint8(255)


def _upper_bytes(rows: Rows) -> Rows:
    return rows[:, ::2]


def _as_they_are(rows: Rows) -> Rows:
    return rows


def _take_off_white(planes: list[Rows]) -> None:
    """Give the colors, of which alpha is the last plane, back what white has lightened."""
    partly = (planes[-1] > 0) & (planes[-1] < 255)
    if not partly.any():
        return
    alpha = planes[-1][partly].astype(numpy.float32)
    for plane in planes[:-1]:
        colors = 255 - (255 - plane[partly].astype(numpy.float32)) * 255 / alpha
        plane[partly] = colors.round().clip(0, 255).astype(numpy.uint8)


def _looked_up(indices: Rows, document: Document, mode: str) -> Image.Image:
    """By the table, which has all reds first."""
    if len(document.table) < 3 * _COLORS_OF_TABLE:
        raise UndecodableImageError("psd: a palette without colors")
    table = numpy.frombuffer(document.table, numpy.uint8, 3 * _COLORS_OF_TABLE).reshape(3, _COLORS_OF_TABLE).T
    if (clear := _transparent(document)) is not None:
        alpha = numpy.where(numpy.arange(_COLORS_OF_TABLE) == clear, 0, 255).astype(numpy.uint8)
        table = numpy.concatenate([table, alpha[:, None]], axis=1)
    return Image.fromarray(table[indices], mode)


def _transparent(document: Document) -> int | None:
    """The index of the table's color that is none."""
    index = int.from_bytes(document.resources.get(Resource.TRANSPARENT_INDEX, b"")[:2], "big", signed=True)
    known = Resource.TRANSPARENT_INDEX in document.resources
    return index if known and 0 <= index < _COLORS_OF_TABLE else None
