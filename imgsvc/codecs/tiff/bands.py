"""A TIFF as bands of rows, for what crops and shrinks it while they come: of a large one no more is held than that."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.native.shrinker import assembled
from imgsvc.codecs.opened import DecodeRequest, Header
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import still
from imgsvc.codecs.tiff.layout import Layout, Photometric
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.parts import Part, Parts
from imgsvc.codecs.tiff.pixels import blank, conversion, mode_of, nothing_of, paste
from imgsvc.options.geometry import Box

# PERF: of a smaller picture the whole is there in half of the time.
LEAST_PIXELS = 4 << 20
_BLANK_ROWS = 64


def has_bands(layout: Layout) -> bool:
    """Whether a row's pixels depend on nothing below it, and are of one mode."""
    is_measured = layout.is_light and layout.photometric is not Photometric.RGB
    is_beside = layout.has_alpha and mode_of(layout) in ("CMYK", "LAB")
    return not (layout.has_blocks or is_measured or is_beside)


def reduced_picture(data: bytes, tiff: LibTiff, layout: Layout, header: Header, request: DecodeRequest) -> Picture:
    """What is asked for of a picture that has bands, ready for processing."""
    box = request.box or Box(0, 0, *layout.size)
    found = (to_processing(still(header, band)) for band in _cut(_bands(Parts(data, tiff, layout), tiff, layout), box))
    first = next(found)
    bands = (picture.frames[0] for picture in chain([first], found))
    return replace(first, frames=(assembled(bands, first.frames[0].mode, box.size, request.shrinking),))


def _bands(parts: Parts, tiff: LibTiff, layout: Layout) -> Iterator[Image.Image]:
    """From the top, all rows of the picture; black where nothing came. OSError if nothing came at all.

    PERF: a band is gone when the next one is asked for, and its memory is taken again: tiles have hundreds of rows.
    """
    convert, height = conversion(tiff, layout), layout.size.height
    band, top, end = None, 0, 0
    for part in parts:
        levels = convert(part.samples)
        first = _first_row(part, tiff, layout)
        if band is None or first >= end:
            if band:
                yield band
            yield from _blanks(layout, end, first)
            rows = layout.part.height if tiff.is_tiled else len(levels)
            top, end = first, min(height, first + rows)
            if band and band.height == end - first:
                band.paste(nothing_of(layout), (0, 0, *band.size))
            else:
                band = blank(layout, end - first)
        paste(band, replace(part, top=part.top - top), levels)
    if band is None:
        raise OSError("nothing of it can be unpacked")
    yield band
    yield from _blanks(layout, end, height)


def _first_row(part: Part, tiff: LibTiff, layout: Layout) -> int:
    """Of the band that it belongs to: tiles beside each other are one."""
    return part.top // layout.part.height * layout.part.height if tiff.is_tiled else part.top


def _blanks(layout: Layout, begin: int, end: int) -> Iterator[Image.Image]:
    for top in range(begin, end, _BLANK_ROWS):
        yield blank(layout, min(_BLANK_ROWS, end - top))


def _cut(bands: Iterator[Image.Image], box: Box) -> Iterator[Image.Image]:
    """What of them lies in a box."""
    top = 0
    for band in bands:
        first, last = max(box.top - top, 0), min(box.bottom - top, band.height)
        if first < last:
            inside = Box(box.left, first, box.right, last)
            yield band if inside == (0, 0, *band.size) else band.crop(inside)
        top += band.height
        if top >= box.bottom:
            return
