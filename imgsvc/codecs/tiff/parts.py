"""Unpacks the strips or tiles of a TIFF one after the other.

SECURITY: how much room a part needs is worked out from its layout, and nothing is unpacked unless libtiff has come to
the same.
COMPAT: a part that is damaged or not there is passed over, as by libvips; of a strip the rows above the damage count.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy

from imgsvc.codecs.tiff.layout import PART_BYTES, THUNDER_SCAN, Layout, layout_of
from imgsvc.codecs.tiff.libtiff import Bytes, LibTiff
from imgsvc.codecs.tiff.samples import Samples, row_bytes, samples_of
from imgsvc.codecs.tiff.unpacking import Unpacker
from imgsvc.errors import UndecodableImageError

# PERF: as much is worked on at once: less, and numpy takes more for its calls, 10 us each; more leaves the cache.
_BAND_BYTES = 1 << 20
# Strips that are larger are unpacked by rows, if these are as long as to be worth a call each.
_MOST_STRIP_BYTES, _LEAST_ROW_BYTES = 16 << 20, 4 << 10


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of columns of samples, and where their first one belongs; where what follows overlaps, that counts."""

    left: int
    top: int
    samples: Samples


class Parts:
    """Those of a file that libtiff has opened, from the top, with the samples of the layout's channels."""

    def __init__(self, data: bytes, tiff: LibTiff, layout: Layout) -> None:
        """Nothing is unpacked yet."""
        self._data, self._tiff, self._layout = data, tiff, layout
        self._row, self._down = row_bytes(layout, layout.part.width), layout.subsampling[1]
        self._planes = layout.channels if layout.in_planes else (0,)
        self._unpacker = Unpacker(data, tiff, layout)
        # A second one, which goes through damaged strips by rows: the first has lost its place in them.
        self._by_rows: Unpacker | None = None

    def __iter__(self) -> Iterator[Part]:
        """All that can be unpacked."""
        tiff, layout = self._tiff, self._layout
        if tiff.is_tiled:
            return self._tiles()
        if layout.in_planes:
            return self._strips_of_planes()
        if layout.compression == THUNDER_SCAN:
            return self._scan()
        has_long_rows = self._row >= _LEAST_ROW_BYTES and not layout.has_blocks
        return self._rows() if has_long_rows and tiff.strip_bytes > _MOST_STRIP_BYTES else self._strips()

    def _strips(self) -> Iterator[Part]:
        """Several at once, where they are small; not of blocks, the last of which may reach below its strip."""
        height, rows = self._layout.size.height, self._layout.part.height
        block_rows = self._agreed(self._tiff.strip_bytes, rows)
        together = 1 if self._layout.has_blocks else max(1, _BAND_BYTES // (self._row * rows))
        count = -(-height // rows)
        for first in range(0, count, together):
            top, last = first * rows, min(count, first + together)
            band = self._room(-(-(min(height, last * rows) - top) // self._down))
            strips = [band[at : at + block_rows] for at in range(0, len(band), block_rows)]
            came = [self._strip(first + at, strip) for at, strip in enumerate(strips)]
            if came == list(map(len, strips)):
                yield from self._pieces(0, top, [band])
            else:
                for at, strip in enumerate(strips):
                    yield from self._pieces(0, top + at * rows, [strip[: came[at]]])

    def _strip(self, number: int, into: Bytes) -> int:
        """How many rows it has."""
        if self._unpacker.strip(number, into):
            return len(into)
        if self._layout.has_blocks:
            return 0
        return self._second().rows(number * self._layout.part.height, into)

    def _second(self) -> Unpacker:
        if not self._by_rows:
            tiff = LibTiff(self._data)
            self._by_rows = Unpacker(self._data, tiff, layout_of(tiff))
        return self._by_rows

    def _scan(self) -> Iterator[Part]:
        """Strips of ThunderScan.

        COMPAT: what libtiff does not write is as in the strip above, here and with imgproxy: the run at the end of a
        row, which it counts and leaves out, and rows that some scanners have left short.
        """
        height, rows = self._layout.size.height, self._layout.part.height
        self._agreed(self._tiff.strip_bytes, rows)
        band = self._room(rows)
        for number in range(self._layout.count):
            top = number * rows
            strip = band[: height - top]
            is_whole = self._tiff.read_strip(number, strip) == strip.nbytes
            if is_whole or self._second().rows(top, self._room(1)):
                yield from self._pieces(0, top, [strip])

    def _rows(self) -> Iterator[Part]:
        """Some at once, of strips that are large."""
        height, rows = self._layout.size.height, self._layout.part.height
        self._agreed(self._tiff.row_bytes, 1)
        together = max(1, _BAND_BYTES // self._row)
        for strip in range(0, height, rows):
            bottom = min(height, strip + rows)
            for top in range(strip, bottom, together):
                band = self._room(min(together, bottom - top))
                came = self._unpacker.rows(top, band)
                yield from self._pieces(0, top, [band[:came]])
                if came < len(band):
                    break

    def _strips_of_planes(self) -> Iterator[Part]:
        height, rows = self._layout.size.height, self._layout.part.height
        self._agreed(self._tiff.strip_bytes, rows)
        count = -(-height // rows)
        for number in range(count):
            top, planes = number * rows, []
            for plane in self._planes:
                planes.append(band := self._room(min(rows, height - top)))
                if not self._unpacker.strip(plane * count + number, band):
                    break
            else:
                yield from self._pieces(0, top, planes)

    def _tiles(self) -> Iterator[Part]:
        size, tile = self._layout.size, self._layout.part
        across, down = -(-size.width // tile.width), -(-size.height // tile.height)
        block_rows = self._agreed(self._tiff.tile_bytes, tile.height)
        for number in range(across * down):
            planes = []
            for plane in self._planes:
                planes.append(band := self._room(block_rows))
                if not self._unpacker.tile(plane * across * down + number, band):
                    break
            else:
                yield from self._pieces(number % across * tile.width, number // across * tile.height, planes)

    def _room(self, rows: int) -> Bytes:
        return numpy.zeros((rows, self._row), numpy.uint8)

    def _agreed(self, found: int, rows: int) -> int:
        """How many rows of bytes there are in a part of so many rows of pixels, if libtiff says the same."""
        block_rows = -(-rows // self._down)
        if found != self._row * block_rows:
            raise UndecodableImageError(f"tiff: parts of {found} bytes where its tags make {self._row * block_rows}")
        PART_BYTES.hold(found * len(self._planes))
        return block_rows

    def _pieces(self, left: int, top: int, planes: list[Bytes]) -> Iterator[Part]:
        """A part in its samples, from the top, and not more of it at once than can be worked on well."""
        layout = self._layout
        together = max(1, _BAND_BYTES // self._row)
        for at in range(0, len(planes[0]), together):
            taken = [samples_of(plane[at : at + together], layout, layout.part.width) for plane in planes]
            samples = numpy.concatenate(taken, axis=2) if layout.in_planes else self._of_channels(taken[0])
            yield Part(left, top + at * self._down, samples)

    def _of_channels(self, samples: Samples) -> Samples:
        channels = self._layout.channels
        if self._layout.has_blocks:
            return samples
        # PERF: a slice copies nothing.
        is_whole = channels == tuple(range(len(channels)))
        return samples[..., : len(channels)] if is_whole else samples[..., list(channels)]
