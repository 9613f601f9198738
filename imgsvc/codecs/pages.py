"""Takes pages out of a file that has several: of an animation, a TIFF, an icon or a PDF.

Several of them are put one below the other, in sRGB and upright, and make one still picture.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.directories import pages as pages_of_tiff
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.ico.header import pages as pages_of_ico
from imgsvc.codecs.opened import DecodeRequest, Header, Opened
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ResolutionError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha, in_color
from imgsvc.options.orientation import orientation_of, upright
from imgsvc.options.processing import ProcessingOptions

# How the file of one page is made out of that of all.
_FILES: Mapping[Format, Callable[[bytes], list[Callable[[], bytes]]]] = {
    Format.TIFF: pages_of_tiff,
    Format.ICO: pages_of_ico,
}
# SECURITY: for each of them a whole file is gone through, twice.
_MOST = 100


class Pages(NamedTuple):
    """The first, from 0 on, and how many at most; beyond the last there is the last."""

    first: int
    most: int

    def of(self, there: int) -> range:
        """Those that a file with so many has."""
        first = min(self.first, there - 1)
        return range(first, min(first + min(self.most, _MOST), there))


def asks_for_pages(options: ProcessingOptions) -> bool:
    """Whether others are wanted than the first alone, where there are several."""
    return options.page > 0 or options.pages > 1


def count_of(opened: Opened, data: bytes) -> int:
    """How many there are in a file that is open; frames of an animation count."""
    find = _FILES.get(opened.header.format)
    return max(1, len(find(data)) if find else opened.header.frames or 1)


def paged(opened: Opened, data: bytes, wanted: Pages, settings: DecodeSettings, extent: Extent) -> Opened:
    """The wanted pages of a file that is open already, as one still picture; ResolutionError if that is too large."""
    header = opened.header
    if header.format is Format.PDF:
        from imgsvc.codecs.pdf.decoder import open_pages  # noqa: PLC0415 (as in decode.py)

        return open_pages(data, settings, extent, wanted.first, min(wanted.most, _MOST))
    if find := _FILES.get(header.format):
        files = find(data)
        if len(files) == 1:
            return opened
        # PERF: a file of each page is as long as that of all; there is never more than one of them.
        opens = [partial(_open, files[at], header.format, settings, extent) for at in wanted.of(len(files))]
        return _still(opens[0]()) if len(opens) == 1 else _of_files(opens, extent)
    if header.frames == 1:
        return opened
    if wanted == Pages(0, 1):
        return _still(opened)
    return _of_frames(opened, wanted.of(header.frames or 1), extent)


def _open(file: Callable[[], bytes], format_: Format, settings: DecodeSettings, extent: Extent) -> Opened:
    return open_image(file(), format_, settings, extent)


def _still(opened: Opened) -> Opened:
    """The first frame alone."""
    header = replace(opened.header, frames=1, is_animated=False, is_page=True)
    return Opened(header, opened.pixels, opened.extent)


def _of_frames(opened: Opened, chosen: range, extent: Extent) -> Opened:
    header = opened.header
    size = Size(header.size.width, header.size.height * len(chosen))
    # Those before it are drawn as well: it lies over them.
    if header.size.width * header.size.height * chosen.stop > extent.pixels:
        raise ResolutionError(f"{chosen.stop} frames of {header.size.width}x{header.size.height} are too many pixels")
    is_first = chosen == range(1)
    described = replace(
        header,
        size=size,
        frames=1,
        is_animated=False,
        is_page=True,
        has_alpha=header.has_alpha or not is_first,
        palette_bits=header.palette_bits if is_first else 0,
        thumbnails=(),
    )

    def pixels(request: DecodeRequest) -> Picture:
        found = opened.decode(request.of_frames(chosen.start, len(chosen)))
        # An animation that is damaged ends early.
        frames = (*found.frames, *[found.frames[-1]] * (len(chosen) - len(found.frames)))
        return replace(found, frames=(_stacked(frames, size),), delays_ms=(), palette_bits=described.palette_bits)

    return Opened(described, pixels, extent)


def _of_files(opens: Sequence[Callable[[], Opened]], extent: Extent) -> Opened:
    headers = [each().header for each in opens]
    sizes = [upright(each.size, each.orientation) for each in headers]
    size = extent.admit(max(each.width for each in sizes), sum(each.height for each in sizes), "pages")
    first, alpha = headers[0], any(each.has_alpha for each in headers)
    header = Header(first.format, size, has_alpha=alpha, metadata=first.metadata, is_page=True)

    def pixels(request: DecodeRequest) -> Picture:
        frames = [_shown(each(), request.of_frames()) for each in opens]
        return Picture(frames=(_stacked(frames, size),), metadata=first.metadata)

    return Opened(header, pixels, extent)


def _shown(opened: Opened, request: DecodeRequest) -> Image.Image:
    picture = to_processing(opened.decode(request), between=request.between)
    frame = to_result(picture, keep_profile=False).frames[0]
    name = orientation_of(opened.header.orientation).transposition
    return frame.transpose(Image.Transpose[name]) if name else frame


def _stacked(frames: Sequence[Image.Image], size: Size) -> Image.Image:
    """One below the other; beside those that are narrower there is nothing, or white where nothing is transparent."""
    if len(frames) == 1:
        return frames[0]
    modes = {frame.mode for frame in frames}
    mode = modes.pop() if len(modes) == 1 else _widest(frames)
    stack = Image.new(mode, size, 0 if has_alpha(mode) else "white")
    top = 0
    for frame in frames:
        stack.paste(frame.convert(mode), (0, top))
        top += frame.height
    return stack


def _widest(frames: Sequence[Image.Image]) -> str:
    return "RGBA" if any(has_alpha(frame.mode) for frame in frames) else in_color("RGB")
