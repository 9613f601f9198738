"""Reads what an image sequence says of its track: how often it is shown, and where its samples are.

ISO/IEC 14496-12, 8.7 (samples); 23008-12, 9.6.1 (repetition).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from imgsvc.codecs.headers.extent import Bound
from imgsvc.codecs.heif.boxes import Box, Numbers, find, inner
from imgsvc.codecs.heif.items import Property

# Readers make room for each, whatever is read of them later.
SAMPLES = Bound(20_000, "heif samples")

_FOR_EVER = 0
# Of a sample entry for pictures, before its boxes.
_ENTRY_BYTES = 78
_INDEFINITE = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)
_REPEATS = 1
_MOST_PLAYS = 1 << 16


def is_sequence(data: bytes) -> bool:
    """Whether the track is shown, and not an item.

    COMPAT: libavif goes by the major brand; where that names neither, a track is shown if there is one.
    """
    major = data[8:12]
    return major == b"avis" or (major != b"avif" and find(data, (b"moov",)) is not None)


def plays(data: bytes) -> int:
    """How often the first track of pictures is shown, 0 is for ever; so it is where the file does not say.

    COMPAT: Chromium does as well.
    """
    track = _pictures(data)
    return _plays(data, track) if track else _FOR_EVER


def properties(data: bytes) -> list[Property]:
    """What is said of the first track of pictures, among which its colors."""
    track = _pictures(data)
    table = find(data, (b"mdia", b"minf", b"stbl", b"stsd"), track) if track else None
    entry = next(inner(data, table, 8), None) if table else None
    found = inner(data, entry, _ENTRY_BYTES) if entry else ()
    return [Property(each.kind, data[each.start : each.end]) for each in found]


def _pictures(data: bytes) -> Box | None:
    film = find(data, (b"moov",))
    tracks = (each for each in inner(data, film) if each.kind == b"trak") if film else ()
    return next((each for each in tracks if _handler(data, each) == b"pict"), None)


def _handler(data: bytes, track: Box) -> bytes:
    found = find(data, (b"mdia", b"hdlr"), track)
    return data[found.start + 8 : found.start + 12] if found else b""


def _plays(data: bytes, track: Box) -> int:
    edits, header = find(data, (b"edts", b"elst"), track), find(data, (b"tkhd",), track)
    if not edits or not header:
        return _FOR_EVER
    if not data[edits.start + 3] & _REPEATS:
        return 1
    wide = 8 if data[edits.start] else 4
    once = int.from_bytes(data[edits.start + 8 : edits.start + 8 + wide])
    # Behind two times and the track's number, with four bytes that are reserved.
    at, wide = header.start + 4 + (24 if data[header.start] else 16), 8 if data[header.start] else 4
    whole = int.from_bytes(data[at : at + wide])
    if whole in _INDEFINITE or not once:
        return _FOR_EVER
    count = -(-whole // once)
    return count if count < _MOST_PLAYS else _FOR_EVER


@dataclass(frozen=True, slots=True)
class Samples:
    """The coded pictures of a track, and what codes them."""

    codec: bytes
    places: list[tuple[int, int]]


def samples(data: bytes, table: Box) -> Samples:
    """Of a track's `stbl` box."""
    found = {each.kind: each for each in inner(data, table)}
    entry = next(inner(data, found[b"stsd"], 8), None) if b"stsd" in found else None
    chunks = found.get(b"stco") or found.get(b"co64")
    if not (entry and chunks and b"stsz" in found and b"stsc" in found):
        return Samples(b"", [])
    lengths = _lengths(Numbers(data[found[b"stsz"].start : found[b"stsz"].end]))
    starts = _starts(data, chunks)
    return Samples(entry.kind, list(_places(lengths, starts, _runs(data, found[b"stsc"]))))


def _lengths(numbers: Numbers) -> list[int]:
    numbers.take(4)
    same, count = numbers.take(4), numbers.take(4)
    SAMPLES.hold(count)
    return [same] * count if same else [numbers.take(4) for _ in range(count)]


def _starts(data: bytes, box: Box) -> list[int]:
    numbers, wide = Numbers(data[box.start : box.end]), 8 if box.kind == b"co64" else 4
    numbers.take(4)
    count = numbers.take(4)
    SAMPLES.hold(count)
    return [numbers.take(wide) for _ in range(count)]


def _runs(data: bytes, box: Box) -> list[tuple[int, int]]:
    """From which chunk on, from 1, each has how many samples."""
    numbers = Numbers(data[box.start : box.end])
    numbers.take(4)
    count = numbers.take(4)
    SAMPLES.hold(count)
    found = []
    for _ in range(count):
        found.append((numbers.take(4), numbers.take(4)))
        numbers.take(4)
    return found


def _places(lengths: list[int], starts: list[int], runs: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    left, per_chunk, steps = iter(lengths), 0, dict(runs)
    for number, start in enumerate(starts, 1):
        at = start
        per_chunk = steps.get(number, per_chunk)
        for _ in range(min(per_chunk, len(lengths))):
            length = next(left, None)
            if length is None:
                return
            yield at, length
            at += length
