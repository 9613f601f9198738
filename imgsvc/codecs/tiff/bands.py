"""A TIFF as bands of rows, for what crops and shrinks it while they come: of a large one no more is held than that."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import chain

import numpy

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.native.shrinker import PUT_AS_SAMPLES, Shrinker, assembled
from imgsvc.codecs.opened import DecodeRequest, Header
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.raster import still
from imgsvc.codecs.tiff.layout import Layout, Photometric
from imgsvc.codecs.tiff.levels import Levels
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.parts import Parts
from imgsvc.codecs.tiff.pixels import blank_band, conversion, image_of_band, mode_of, nothing_of
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
    bands = _cut(_bands(Parts(data, tiff, layout), tiff, layout), box)
    if request.shrinking and not layout.has_alpha and mode_of(layout) in PUT_AS_SAMPLES:
        # PERF: no image is made of what is put as it is.
        shrinker = Shrinker(mode_of(layout), box.size, request.shrinking)
        for band in bands:
            shrinker.put_samples(numpy.ascontiguousarray(band))
        return to_processing(still(header, shrinker.image()))
    found = (to_processing(still(header, image_of_band(layout, band))) for band in bands)
    first = next(found)
    images = (picture.frames[0] for picture in chain([first], found))
    return replace(first, frames=(assembled(images, first.frames[0].mode, box.size, request.shrinking),))


def _bands(parts: Parts, tiff: LibTiff, layout: Layout) -> Iterator[Levels]:
    """From the top, all rows of the picture; black where nothing came. OSError if nothing came at all.

    PERF: a band is gone when the next one is asked for, and its memory is taken again: tiles have hundreds of rows.
    """
    found = _bands_of_tiles(parts, tiff, layout) if tiff.is_tiled else _bands_of_strips(parts, tiff, layout)
    end = 0
    for top, band in found:
        yield from _blanks(layout, end, top)
        yield band
        end = top + len(band)
    if not end:
        raise OSError("nothing of it can be unpacked")
    yield from _blanks(layout, end, layout.size.height)


def _bands_of_strips(parts: Parts, tiff: LibTiff, layout: Layout) -> Iterator[tuple[int, Levels]]:
    """Where each begins, and its rows."""
    convert, height = conversion(tiff, layout), layout.size.height
    for part in parts:
        levels = convert(part.samples[: height - part.top])
        if len(levels):
            yield part.top, levels


def _bands_of_tiles(parts: Parts, tiff: LibTiff, layout: Layout) -> Iterator[tuple[int, Levels]]:
    """Tiles beside each other are one."""
    convert, size, rows = conversion(tiff, layout), layout.size, layout.part.height
    band, top = None, -1
    for part in parts:
        levels = convert(part.samples)
        first = part.top // rows * rows
        if first != top:
            if band is not None:
                yield top, band
            top, count = first, min(rows, size.height - first)
            if band is None or len(band) != count:
                band = blank_band(layout, count)
            else:
                band[...] = nothing_of(layout)
        if band is not None:
            left, down = part.left, part.top - top
            there = band[down : down + len(levels), left : left + levels.shape[1]]
            there[...] = levels[: there.shape[0], : there.shape[1]]
    if band is not None:
        yield top, band


def _blanks(layout: Layout, begin: int, end: int) -> Iterator[Levels]:
    for top in range(begin, end, _BLANK_ROWS):
        yield blank_band(layout, min(_BLANK_ROWS, end - top))


def _cut(bands: Iterator[Levels], box: Box) -> Iterator[Levels]:
    """What of them lies in a box."""
    top = 0
    for band in bands:
        first, last = max(box.top - top, 0), min(box.bottom - top, len(band))
        if first < last:
            yield band[first:last, box.left : box.right]
        top += len(band)
        if top >= box.bottom:
            return
