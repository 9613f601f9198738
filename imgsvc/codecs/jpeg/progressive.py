"""Leaves out of a progressive JPEG what a reduced decode would not show: the last bit of its finer coefficients.

Half of such a file are refinements: scans that add a last bit to coefficients that are known already. At a quarter of
the size four of 64 coefficients are looked at, and with the small quantizers of a large file their last bit is no
visible one. What is lost is bounded from the quantizers, before anything is decoded, and so is what libjpeg makes of
coefficients that it takes for unknown; rounding to whole levels counts for what it comes to on average.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

# The quality that is kept at least, as the mean squared error of a channel: 45 dB.
_MOST_ERROR = 255**2 / 10**4.5
# What an error of Y, Cb and Cr makes of the mean over R, G and B.
_WEIGHTS = (1.0, 1.09, 0.83)
_BLOCK = 8
# By the side at which a block of 8 is decoded: what an error of each coefficient counts along one axis, squared, in
# libjpeg's reduced transforms (jidctred.c), which look at some coefficients that are finer than what they show.
_SHOWN = {
    1: (1, 0, 0, 0, 0, 0, 0, 0),
    2: (1, 1, 0, 0.123, 0, 0.055, 0, 0.039),
    4: (1, 1, 1, 0.72, 0, 0.32, 0.171, 0.04),
    8: (1,) * _BLOCK,
}
# By how many steps each coefficient is wrong at most without its last bit, in the order of the file. The first nine
# libjpeg guesses where they are zero so far (block smoothing, jdcoefct.c), by a step up or down: the wrong way perhaps.
_MOST_STEPS = (2,) * 9 + (1,) * 54
# Both pictures are rounded to whole levels, and not all pixels the same way.
_ROUNDING = 2 / 12
# A marker: not a stuffed byte, a restart, or a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_SOF2, _DQT, _SOS, _EOI = 0xC2, 0xDB, 0xDA, 0xD9
# SECURITY: of more the work would grow without bound; encoders write some twenty.
_MOST_SEGMENTS = 500
_OTHER_FRAMES = frozenset(range(0xC0, 0xD0)) - {_SOF2, 0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class _Segment:
    """A marker segment, with the entropy-coded data behind it where it begins a scan."""

    marker: int
    start: int
    end: int
    content: bytes


@dataclass(frozen=True, slots=True)
class _Component:
    """One of a frame: sampling factors, and which quantizers."""

    across: int
    down: int
    table: int


class _NotUnderstoodError(ValueError):
    """It is no progressive JPEG, or one that is left alone."""


def without_last_bits(data: bytes, shrink: int) -> bytes:
    """The JPEG less the scans that a decode with each side divided by `shrink` can do without; mostly `data` itself."""
    if shrink == 1:
        return data
    try:
        segments = list(islice(_segments(data), _MOST_SEGMENTS + 1))
        if len(segments) > _MOST_SEGMENTS:
            return data
        left_out = _invisible(segments, shrink)
    except (ValueError, IndexError, KeyError):
        return data
    if not left_out:
        return data
    view, gone = memoryview(data), {each.start for each in left_out}
    return b"".join(
        [data[:2], *(view[each.start : each.end] for each in segments if each.start not in gone), b"\xff\xd9"]
    )


def _segments(data: bytes) -> Iterator[_Segment]:
    """Everything between SOI and EOI; a scan's data belong to it."""
    at = 2
    while data[at + 1] != _EOI:
        marker = data[at + 1]
        if data[at] != 0xFF or marker in _OTHER_FRAMES:
            raise _NotUnderstoodError
        behind = at + 2 + int.from_bytes(data[at + 2 : at + 4])
        end = behind
        if marker == _SOS:
            found = _MARKER.search(data, behind)
            if not found:
                raise _NotUnderstoodError
            end = found.start()
        yield _Segment(marker, at, end, data[at + 4 : behind])
        at = end


def _invisible(segments: list[_Segment], shrink: int) -> list[_Segment]:
    """The largest scans whose loss stays within bounds."""
    components, tables = _frame(segments), _quantizers(segments)
    errors = _errors(components, tables, shrink)
    left_out, error = [], _ROUNDING
    for scan in sorted(filter(_adds_last_bit, segments), key=lambda each: each.start - each.end):
        (component,) = scan.content[1 : 2 * scan.content[0] : 2]
        error += errors[component]
        if error > _MOST_ERROR:
            error -= errors[component]
        else:
            left_out.append(scan)
    return left_out


def _adds_last_bit(segment: _Segment) -> bool:
    """A scan of one component that adds the last bit to coefficients other than the first, which is the mean."""
    if segment.marker != _SOS:
        return False
    first, _, bits = segment.content[-3:]
    return segment.content[0] == 1 and first > 0 and bits == 0x10


def _frame(segments: list[_Segment]) -> dict[int, _Component]:
    frames = [each.content for each in segments if each.marker == _SOF2]
    if len(frames) != 1:
        raise _NotUnderstoodError
    (content,) = frames
    rows = [content[at : at + 3] for at in range(6, 6 + 3 * content[5], 3)]
    if not all(factors >> 4 and factors & 15 for _, factors, _ in rows):
        raise _NotUnderstoodError
    return {number: _Component(factors >> 4, factors & 15, table) for number, factors, table in rows}


def _quantizers(segments: list[_Segment]) -> dict[int, list[int]]:
    """Each table, in zigzag order; one that is replaced on the way is not understood."""
    tables: dict[int, list[int]] = {}
    for content in (each.content for each in segments if each.marker == _DQT):
        at = 0
        while at < len(content):
            size, number = 1 + (content[at] >> 4), content[at] & 15
            raw = content[at + 1 : at + 1 + 64 * size]
            if number in tables or len(raw) != 64 * size:
                raise _NotUnderstoodError
            tables[number] = [int.from_bytes(raw[i : i + size]) for i in range(0, len(raw), size)]
            at += 1 + 64 * size
    return tables


def _errors(components: dict[int, _Component], tables: dict[int, list[int]], shrink: int) -> dict[int, float]:
    """For each component, by how much the mean squared error grows at most when its last bits are missing."""
    weights = _WEIGHTS if len(components) == len(_WEIGHTS) else (max(_WEIGHTS),) * len(components)
    across, down = (max(getattr(each, name) for each in components.values()) for name in ("across", "down"))
    found = {}
    for (number, each), weight in zip(components.items(), weights, strict=True):
        shown = _SHOWN[_decoded_side(_BLOCK // shrink, across / each.across, down / each.down)]
        steps = zip(tables[each.table][1:], _MOST_STEPS, _ZIGZAG[1:], strict=True)
        error = sum((step * most) ** 2 * shown[x] * shown[y] for step, most, (x, y) in steps)
        found[number] = weight * error / _BLOCK**2
    return found


def _decoded_side(side: int, across: float, down: float) -> int:
    """Of a block: libjpeg decodes a component of lower resolution at a larger size instead of enlarging it."""
    while side < _BLOCK and across >= 2 and down >= 2:
        side, across, down = side * 2, across / 2, down / 2
    return side


def _zigzag() -> Iterator[tuple[int, int]]:
    """Column and row of each coefficient in the order of the file."""
    for diagonal in range(2 * _BLOCK - 1):
        places = [(x, diagonal - x) for x in range(_BLOCK) if 0 <= diagonal - x < _BLOCK]
        yield from (places if diagonal % 2 == 0 else reversed(places))


_ZIGZAG = tuple(_zigzag())
