"""Decodes GIF, still or animated.

COMPAT: of one that ends early browsers and libvips show what there is; so it is here, if that is a row of it at least.
"""

from collections.abc import Iterator
from itertools import islice

from PIL import Image

from imgsvc.codecs.gif.composition import composed, first_part, mode_of
from imgsvc.codecs.gif.header import MOST_INDEX_BITS, Frame, Layout, layout
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.shrinker import reduced
from imgsvc.codecs.opened import DecodeRequest, Header, Opened, SourceImage
from imgsvc.codecs.picture import LazyFrames, Picture, is_long
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Box, Size

# The survey has held all of it against the limit.
_WITHIN = Extent(1 << 62)


def open_gif(source: SourceImage) -> Opened:
    """Read the header; the frames are those that are there whole."""
    data, frames = source.data, source.survey.frames
    found = layout(data, _WITHIN, 1)
    header = Header(
        format=source.format,
        size=found.size,
        frames=frames,
        # COMPAT: libvips has an alpha channel for all frames where one of them needs it, shown or not.
        has_alpha=source.survey.has_alpha or _has_alpha(found.frames[0], found.size),
        palette_bits=_palette_bits(found.frames[0], found.size),
        is_animated=frames > 1,
        by_rows=True,
    )
    return Opened(header, lambda request: _picture(data, header, request))


def _picture(data: bytes, header: Header, request: DecodeRequest) -> Picture:
    first = request.first
    count = min((header.frames or 1) - first, request.max_frames)
    found = layout(data, _WITHIN, first + count)
    if (first, count) == (0, 1) and (request.box or request.shrinking):
        part = first_part(data, found, request.box or Box(0, 0, *header.size), request.shrinking)
        return Picture(frames=(part,), palette_bits=header.palette_bits)
    expected = mode_of(found, first)
    if request.lazily and first == 0 and is_long(len(found.frames), request.size_of(header.size)):
        return _lazily(data, found, expected, header, request)
    # PERF: no frame stays at its full size but the one that the next is drawn on.
    modes, frames = set[str](), list[Image.Image]()
    for frame in islice(composed(data, found), first, None):
        modes.add(frame.mode)
        frames.append(_reduced(frame, expected, request))
    if not frames:
        raise UndecodableImageError(f"gif: it is damaged before its frame {first}")
    # What has been drawn beside a first frame, or where one was cleared, is transparent.
    mode = "RGBA" if "RGBA" in modes else "RGB"
    is_animated = len(frames) > 1
    return Picture(
        frames=tuple(frame if frame.mode == mode else frame.convert(mode) for frame in frames),
        delays_ms=tuple(each.control.delay_ms for each in found.frames[first : first + len(frames)])
        if is_animated
        else (),
        loop=found.loop if is_animated else 0,
        palette_bits=_most_bits(found, header) if is_animated else header.palette_bits,
    )


def _lazily(data: bytes, found: Layout, mode: str, header: Header, request: DecodeRequest) -> Picture:
    def decode() -> Iterator[Image.Image]:
        for frame in composed(data, found):
            small = _reduced(frame, mode, request)
            # What none was expected to have makes it another one than the first.
            yield small.convert(mode) if mode == "RGBA" and small.mode == "RGB" else small

    return Picture(
        frames=LazyFrames(decode, len(found.frames)),
        delays_ms=tuple(each.control.delay_ms for each in found.frames),
        loop=found.loop,
        palette_bits=_most_bits(found, header),
    )


def _reduced(frame: Image.Image, mode: str, request: DecodeRequest) -> Image.Image:
    if not (request.box or request.shrinking):
        return frame
    # One that is damaged may have alpha that none was expected to have.
    return reduced(frame.convert(mode) if mode == "RGBA" else frame, request.box, request.shrinking)


def _most_bits(found: Layout, header: Header) -> int:
    """COMPAT: those of the largest palette of a frame, which none of the result's is to exceed."""
    return max(header.palette_bits, *(frame.palette_bits for frame in found.frames))


def _covers(frame: Frame, size: Size) -> bool:
    return frame.box == (0, 0, *size)


def _has_alpha(first: Frame, size: Size) -> bool:
    """Whether something may be seen through it."""
    return first.control.transparent is not None or not _covers(first, size)


def _palette_bits(first: Frame, size: Size) -> int:
    """One more color is nothing at all, where it does not cover the screen."""
    return min(first.palette_bits + (not _covers(first, size)), MOST_INDEX_BITS)
