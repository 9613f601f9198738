"""Walks through the segments of a JPEG up to its first scan, and counts its scans."""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from imgsvc.codecs.headers.extent import Bound, Extent, Survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size

# Each is a pass over the whole picture; encoders write some ten. libvips stops at this number too.
SCANS = Bound(100, "jpeg scans")
# Pillow reads each in Python, 1 us; a profile and extended XMP take a few hundred.
SEGMENTS = Bound(4096, "jpeg segments")
# EXIF, which Pillow copies whole for each, and Photoshop's, whose tiny parts it looks at one by one.
METADATA_BLOCKS = Bound(64, "jpeg blocks of metadata")
# Pillow passes over them one by one, 0.2 us each.
BYTES_BETWEEN = Bound(65_536, "jpeg bytes between segments")

_NO_FRAMES = frozenset({0xC4, 0xC8, 0xCC})
_FRAMES = frozenset(range(0xC0, 0xD0)) - _NO_FRAMES
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
# Those beyond are in arithmetic code, which takes next to nothing for what is expected.
_HUFFMAN_FRAMES = 0xC7
# Without a length: TEM, RSTn, SOI.
_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
_SOS, _EOI, _APP1, _APP13 = 0xDA, 0xD9, 0xE1, 0xED
_EXIF = b"Exif\0\0"
_START = b"\xff\xda"
# Of those scans that hold next to nothing, libjpeg goes through 3 to 8 billion pixels a second.
_MOST_WORK = 1_500_000_000
# Encoders write no more for any picture.
_USUAL_SCANS = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands before the first scan, `scan_at` being where that begins."""

    size: Size
    marker: int
    # Blocks across and down that each component has in a unit, by the component's number.
    sampling: Mapping[int, tuple[int, int]]
    scan_at: int
    # The components of the first scan.
    scanned: tuple[int, ...]

    @property
    def is_progressive(self) -> bool:
        """Its scans sharpen a picture that is there from the first one on."""
        return self.marker in _PROGRESSIVE

    @property
    def is_buffered(self) -> bool:
        """It comes in several scans, each a pass over the whole picture."""
        return self.is_progressive or len(self.scanned) < len(self.sampling)

    @property
    def unit(self) -> Size:
        """Width and height, in pixels, of what all components have whole blocks of."""
        factors = self.sampling.values()
        return Size(8 * max(across for across, _ in factors), 8 * max(down for _, down in factors))

    def least_bytes(self, height: int) -> int:
        """Of the first scan: fewer cannot hold every block of so many rows of pixels."""
        if self.marker > _HUFFMAN_FRAMES:
            return 0
        across, down = self.unit
        units = -(-self.size.width // across) * -(-height // down)
        blocks = sum(across * down for across, down in map(self.sampling.__getitem__, self.scanned))
        # A code for the mean, and unless that is all there is, one for the end of the block.
        return units * (blocks if len(self.scanned) > 1 else 1) * (1 if self.is_progressive else 2) // 8


def survey(data: bytes, extent: Extent) -> Survey:
    """Hold its size against the limit, and how many scans there are against the bounds."""
    frame = read_frame(data, extent)
    least = frame.least_bytes(1)
    if scan_bytes(data, frame, least) < least:
        raise UndecodableImageError("a JPEG that ends before its first row of blocks")
    if frame.is_buffered:
        scans = _scans(data, frame)
        SCANS.hold(scans)
        work = scans * frame.size.width * frame.size.height
        if scans > _USUAL_SCANS and work > _MOST_WORK:
            raise UndecodableImageError(f"{scans} scans over {frame.size.width}x{frame.size.height}")
    return Survey(frame.size)


def _scans(data: bytes, frame: Frame) -> int:
    """How many there are; more are looked for no further than the bound."""
    # PERF: mostly few. In a scan a zero follows each 0xff, but behind the picture there may be anything, like a film.
    if (most := data.count(_START, frame.scan_at)) <= _USUAL_SCANS:
        return most
    count, at = 1, frame.scan_at + 2
    for segments in itertools.count():
        SEGMENTS.hold(segments)
        found = _SCAN_END.search(data, at + _number(data, at))
        if not found or data[found.end() - 1] == _EOI or count > SCANS.most:
            break
        at = found.end()
        count += data[at - 1] == _SOS
    return count


def read_frame(data: bytes, extent: Extent) -> Frame:
    """The frame header; UndecodableImageError or IndexError if there is none before the first scan."""
    found, at, blocks = None, 0, 0
    for marker, at in _segments(data):
        if marker in _FRAMES:
            found = (extent.admit(_number(data, at + 5), _number(data, at + 3)), marker, _sampling(data, at + 7))
        elif marker == _APP13 or (marker == _APP1 and data[at + 2 : at + 2 + len(_EXIF)] == _EXIF):
            blocks += 1
            METADATA_BLOCKS.hold(blocks)
    if found is None:
        raise UndecodableImageError("a JPEG without a frame header")
    return Frame(*found, scan_at=at - 2, scanned=tuple(data[at + 3 : at + 3 + 2 * data[at + 2] : 2]))


def _segments(data: bytes) -> Iterator[tuple[int, int]]:
    """Marker of each segment, and where its length stands, up to the one that begins a scan."""
    # PERF: of each photograph, a dozen; nothing is called for where the next one begins behind the last one, as mostly.
    at = 2
    for count in itertools.count():
        if count > SEGMENTS.most:
            SEGMENTS.hold(count)
        if data[at] == 0xFF and 0 < data[at + 1] < 0xFF:
            at += 2
        else:
            at = _next_marker(data, at)
        marker = data[at - 1]
        if marker == _EOI:
            raise UndecodableImageError("a JPEG without a scan")
        if marker in _BARE:
            continue
        yield marker, at
        if marker == _SOS:
            return
        length = data[at] << 8 | data[at + 1]
        at += length if length > 2 else 2


def scan_bytes(data: bytes, frame: Frame, most: int) -> int:
    """How many the first scan has; no further than `most` is looked."""
    begin = frame.scan_at + 2 + _number(data, frame.scan_at + 2)
    found = _SCAN_END.search(data, begin, begin + most)
    return (found.start() if found else min(len(data), begin + most)) - begin


def _sampling(data: bytes, at: int) -> Mapping[int, tuple[int, int]]:
    rows = range(at + 1, at + 1 + 3 * data[at], 3)
    return {data[row]: (data[row + 1] >> 4, data[row + 1] & 15) for row in rows}


_MARKER = re.compile(rb"\xff[^\x00\xff]")
# Neither a byte of data that looks like one, nor a restart.
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")


def _next_marker(data: bytes, at: int) -> int:
    """Behind the marker that comes next; what is between two segments is passed over."""
    found = _MARKER.search(data, at)
    if not found:
        raise UndecodableImageError("a JPEG that ends before its first scan")
    BYTES_BETWEEN.hold(found.end() - at)
    return found.end()


def _number(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]
