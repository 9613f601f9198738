"""Picture: decoded frames with what belongs to them, on the way from decoder to encoder.

Those of a long animation are lazy: decoded when they are asked for, one after the other, and anew each time. No more
than a frame or two are there at once, and no result of it is changed by that.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from operator import is_
from typing import overload

from PIL import Image

from imgsvc.codecs.spaces.space import ColorSpace
from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha

Decode = Callable[[], Iterator[Image.Image]]
Change = Callable[[Image.Image], Image.Image]


def _as_it_is(frame: Image.Image) -> Image.Image:
    return frame


# PERF: frames of no more bytes are held: nothing is decoded twice.
_MOST_HELD = 16 << 20
_PIXEL_BYTES = 4


def is_long(count: int, size: Size) -> bool:
    """Whether so many frames of this size are too much to hold."""
    return count > 1 and count * size.width * size.height * _PIXEL_BYTES > _MOST_HELD


class FramesError(Exception):
    """A frame did not come, or not as the first one had it expected: it is damaged. Frames that are held may do."""


class LazyFrames(Sequence[Image.Image]):
    """So many frames, all of the mode and size of the first one, which is held."""

    def __init__(
        self, decode: Decode, count: int, change: Change = _as_it_is, first: Image.Image | None = None
    ) -> None:
        """`change` is what is made of each of them, and `first` of the first one if that is known."""
        self._decode, self._count, self._change = decode, count, change
        self._first = first or change(next(decode()))

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def __iter__(self) -> Iterator[Image.Image]:
        """Decode all of them; FramesError where one does not come as it should."""
        return self.every(1)

    @overload
    def __getitem__(self, at: int) -> Image.Image: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Image.Image]: ...
    def __getitem__(self, at: int | slice) -> Image.Image | Sequence[Image.Image]:
        """The first one at once; others after those before them have been decoded."""
        if isinstance(at, slice):
            wanted = range(self._count)[at]
            return (self._first,) if wanted == range(1) else tuple(islice(self, wanted.start, wanted.stop, wanted.step))
        return self._first if at == 0 else next(islice(self, range(self._count)[at], None))

    def every(self, step: int) -> Iterator[Image.Image]:
        """Every so many; of those between nothing is made."""
        frames, looks = self._decode(), None
        for number in range(self._count):
            # Whatever a decoder raises it raises again where they are held.
            try:
                frame = next(frames)
            except Exception as error:
                raise FramesError(f"frame {number} of {self._count}: {error!r}") from error
            looks = looks or (frame.mode, frame.size)
            if looks != (frame.mode, frame.size):
                raise FramesError(f"frame {number} of {self._count}: {frame.mode}, {frame.size} beside {looks}")
            if number % step == 0:
                yield self._change(frame)

    def map(self, change: Change) -> "LazyFrames":
        """The same with `change` applied to each as well."""
        before = self._change
        return LazyFrames(self._decode, self._count, lambda frame: change(before(frame)), change(self._first))


@dataclass(frozen=True, slots=True)
class Metadata:
    """Raw blocks as they stand in the file, without their containers' headers; empty where there are none."""

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    # Dots per inch of the result.
    dpi: float = 72.0


@dataclass(frozen=True, slots=True)
class GainMap:
    """Where a picture has more light than a screen has white, on screens that have; it may be smaller than that."""

    image: Image.Image
    # The segments of its JPEG that say what its levels mean: marker and content.
    said: tuple[tuple[int, bytes], ...]
    # Of a side of the whole picture.
    scale: float


@dataclass(frozen=True, slots=True)
class Compressed:
    """A frame, and the PNG that it was read from, which has nothing but its pixels and is about as small as any."""

    frame: Image.Image
    png: bytes


@dataclass(frozen=True, slots=True)
class Picture:
    """Frames of one size, after color.to_processing in mode L, LA, RGB or RGBA; delays in milliseconds.

    `loop` says how often an animation is shown, 0 is for ever.
    """

    frames: tuple[Image.Image, ...] | LazyFrames
    delays_ms: tuple[int, ...] = ()
    loop: int = 0
    # The ICC profile that the pixels are in; None is sRGB (or plain gray).
    profile: bytes | None = None
    # Of the source; where it has light beyond the white of a screen, `to_processing` makes sRGB of it.
    color_space: ColorSpace | None = None
    metadata: Metadata = Metadata()
    # The ICC profile of the ink that the source was in; its pixels are light by now.
    ink: bytes | None = None
    # Bits of the source's palette, 0 if it had none.
    palette_bits: int = 0
    # Of its only frame, and as that is turned and cut.
    gain_map: GainMap | None = None
    # Of no use any more where that is not its frame.
    compressed: Compressed | None = None
    # The frames are red, green and blue of one picture, with 16 bits each.
    are_planes: bool = False

    @property
    def held(self) -> tuple[Image.Image, ...]:
        """The frames that are there; of lazy ones the first, which is as all of them are."""
        return self.frames if isinstance(self.frames, tuple) else (self.frames[0],)

    @property
    def size(self) -> Size:
        """Width and height of a frame."""
        return Size(*self.frames[0].size)

    @property
    def is_animated(self) -> bool:
        """More than one frame."""
        return len(self.frames) > 1 and not self.are_planes

    @property
    def has_alpha(self) -> bool:
        """A frame has an alpha channel, transparent or not."""
        return any(has_alpha(frame.mode) for frame in self.held)

    def map(self, function: Callable[[Image.Image], Image.Image]) -> "Picture":
        """The same picture with `function` applied to every frame; itself, where that changes none."""
        frames = self.frames
        if not isinstance(frames, tuple):
            return replace(self, frames=frames.map(function))
        made = tuple(map(function, frames))
        # PERF: making another value takes 5 µs, and most pictures need no conversion.
        return self if all(map(is_, made, frames)) else replace(self, frames=made)

    def with_profile(self, profile: bytes | None) -> "Picture":
        """The same picture with pixels in this profile; itself, where they are."""
        return self if profile is self.profile else replace(self, profile=profile)
