"""Finds the few colors for the many of a frame.

A color of a frame is dithered nowhere: between frames dither flickers, what stays like before is drawn anew, and at
the same size of the file it looks less like its source than more colors do.
"""

import numpy
import numpy.typing

from imgsvc.codecs.color.palette import representatives
from imgsvc.codecs.gif.pixels import OPAQUE, Distances, Mask, Pixels, channels, distances, image_of, in_table, nearest

# So much worse a pixel may be for having the color of the one to its left.
_SMOOTH = 2.0
# SECURITY: of so many pixels a table is found, evenly from all.
_MOST_PIXELS = 1 << 16
# An entry of which a fourth is one color stands for that.
_FLAT_SHARE = 4


def quantized(wanted: Pixels, drawn: Mask, most: int) -> tuple[Pixels, Distances]:
    """What is drawn in at most so many colors, in runs where that hardly shows, and how unlike each pixel is then."""
    pixels = wanted[drawn]
    sample = pixels[:: -(-len(pixels) // _MOST_PIXELS)]
    colors, counts = numpy.unique(sample, return_counts=True)
    table = numpy.unique(_centers(colors, counts, _begun(sample, most)))
    found, distance = drawn_in(wanted, drawn, table)
    left = numpy.roll(found, 1, 1)
    left[:, 0] = 0
    beside = distances(wanted, left)
    is_smooth = drawn & (beside <= distance + _SMOOTH)
    found[is_smooth], distance[is_smooth] = left[is_smooth], beside[is_smooth]
    return found, distance


def drawn_in(wanted: Pixels, drawn: Mask, table: Pixels) -> tuple[Pixels, Distances]:
    """What is drawn in the colors of the table that are nearest, and how unlike they are."""
    found, distance = numpy.zeros_like(wanted), numpy.zeros(wanted.shape, numpy.float32)
    found[drawn], distance[drawn] = in_table(wanted[drawn], table)
    return found, distance


def _begun(pixels: Pixels, most: int) -> Pixels:
    """A table as it is found for a still picture of these pixels."""
    side = int(len(pixels) ** 0.5) or 1
    square = pixels[: len(pixels) // side * side].reshape(-1, side)
    entries = numpy.array(representatives(image_of(square), most), numpy.uint32)
    return _numbers(*entries.T)


def _numbers(red: Pixels, green: Pixels, blue: Pixels) -> Pixels:
    return (red | green << 8 | blue << 16 | OPAQUE).astype(numpy.uint32)


def _centers(colors: Pixels, counts: numpy.typing.NDArray[numpy.intp], table: Pixels) -> Pixels:
    """The table with each entry in the middle of the colors that it stands for; flat areas keep theirs."""
    indices, _ = nearest(colors, table)
    totals = numpy.bincount(indices, counts, len(table))
    means = [
        numpy.bincount(indices, counts * each, len(table)) / numpy.maximum(totals, 1) for each in channels(colors).T
    ]
    red, green, blue = (numpy.rint(each).astype(numpy.uint32) for each in means)
    centers = numpy.where(totals > 0, _numbers(red, green, blue), table)
    # The most frequent of an entry comes last, and stays.
    order, most = counts.argsort(kind="stable"), numpy.zeros(len(table), numpy.intp)
    most[indices[order]] = order
    is_flat = (totals > 0) & (counts[most] * _FLAT_SHARE >= totals)
    found: Pixels = numpy.where(is_flat, colors[most], centers).astype(numpy.uint32)
    return found
