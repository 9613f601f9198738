"""What a decoder is given, what it tells of an image before its pixels, and the request for those."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.native.errors import decoder_errors, guarded
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.spaces.space import ColorSpace
from imgsvc.errors import UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, Shrinking, Size
from imgsvc.runtime.child import ChildError


@dataclass(frozen=True, slots=True)
class SourceImage:
    """A whole file, and what its own bytes have said of it."""

    data: bytes
    format: Format
    settings: DecodeSettings
    survey: Survey
    # The thumbnail in it is the picture, if it has one.
    enforces_thumbnail: bool = False
    extent: Extent = Extent()


@dataclass(frozen=True, slots=True)
class DecodeRequest:
    """The first `max_frames` frames, or so many from `first` on, each side divided by `shrink`.

    An SVG, a still WebP, or a thumbnail at `size`.
    Of what is `by_rows` in its header the part in `box`, and that no larger than `shrinking` says.
    """

    shrink: int = 1
    max_frames: int = 1
    size: Size | None = None
    box: Box | None = None
    shrinking: Shrinking | None = None
    first: int = 0
    # Those of a long animation may be decoded when they are asked for, and anew each time.
    lazily: bool = False
    # With its gain map, if it has one that can be read.
    gain_map: bool = False
    # With the 16 bits that its header says it has.
    deep: bool = False
    # Is called now and then by what takes long in Python, and may end it by an error.
    between: Callable[[], None] = lambda: None
    # Seconds that are left for what is done elsewhere.
    remaining: Callable[[], float] = lambda: math.inf

    def of_frames(self, first: int = 0, count: int = 1) -> "DecodeRequest":
        """For so many whole frames, in the time of this one."""
        return DecodeRequest(first=first, max_frames=count, between=self.between, remaining=self.remaining)

    def size_of(self, whole: Size) -> Size:
        """That of each frame of a picture of this size."""
        if self.size:
            return self.size
        if self.shrinking:
            return self.shrinking.size
        width, height = self.box.size if self.box else whole
        return Size(max(1, width // self.shrink), max(1, height // self.shrink))


@dataclass(frozen=True, slots=True)
class Header:
    """What is known of an image before its pixels; `size` is as stored, before the orientation is obeyed."""

    format: Format
    size: Size
    # None: several, which were not counted.
    frames: int | None = 1
    orientation: int = 1
    # It is a part of the picture, and no wish of EXIF's that auto_rotate could pass over.
    always_turned: bool = False
    has_alpha: bool = False
    # Bits of its palette; 0 without one.
    palette_bits: int = 0
    is_animated: bool = False
    profile: bytes | None = None
    # That of its pixels, where the file has no profile and names it otherwise.
    color_space: ColorSpace | None = None
    metadata: Metadata = Metadata()
    # By how much a side can be divided while decoding; the decoded side is then floor(side / n).
    shrinks: tuple[int, ...] = ()
    # Made smaller by no more than this it is decoded whole, though it could be decoded smaller: that is sharper.
    whole_up_to: float = 1.0
    # Sizes, as stored, at which the file has the picture as well.
    thumbnails: tuple[Size, ...] = ()
    # Its decoder goes row by row, or frame by frame: it shrinks what it reads, and holds no more of it than it has to.
    by_rows: bool = False
    # Or does so in linear light alone.
    by_rows_if_linear: bool = False
    is_interlaced: bool = False
    is_cmyk: bool = False
    # Gray or in color, opaque.
    has_16_bits: bool = False
    has_gain_map: bool = False
    # One of several pictures in its file, or a stack of them.
    is_page: bool = False

    def turn(self, auto_rotate: bool | None) -> int:
        """The orientation that is obeyed."""
        return self.orientation if auto_rotate or self.always_turned else 1


@dataclass(frozen=True, slots=True)
class Opened:
    """An image whose header is read and whose pixels are not."""

    header: Header
    pixels: Callable[[DecodeRequest], Picture]
    extent: Extent = Extent()

    def decode(self, request: DecodeRequest = DecodeRequest()) -> Picture:
        """The pixels, of the size that the header has promised. Once only: the decoder is used up by it."""
        promised = request.size_of(self.header.size)
        with decoder_errors(self.header.format), guarded(self.extent):
            picture = self._pixels(request)
        for frame in picture.held:
            if frame.size != promised:
                raise UndecodableImageError(f"{self.header.format.word}: {frame.size} where its header says {promised}")
        return picture

    def _pixels(self, request: DecodeRequest) -> Picture:
        try:
            return self.pixels(request)
        except ChildError:
            # Its time may have been what was left of the request's: then it is no fault of the picture.
            request.between()
            raise
