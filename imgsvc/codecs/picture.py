"""Picture: decoded frames with what belongs to them, on the way from decoder to encoder."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.options.modes import has_alpha


@dataclass(frozen=True, slots=True)
class Metadata:
    """Raw blocks as they stand in the file, without their containers' headers; empty where there are none."""

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    # Dots per inch of the result.
    dpi: float = 72.0


@dataclass(frozen=True, slots=True)
class Picture:
    """Frames of one size, after color.to_processing in mode L, LA, RGB or RGBA; delays in milliseconds.

    `loop` says how often an animation is shown, 0 is for ever.
    """

    frames: tuple[Image.Image, ...]
    delays_ms: tuple[int, ...] = ()
    loop: int = 0
    # The ICC profile that the pixels are in; None is sRGB (or plain gray).
    profile: bytes | None = None
    metadata: Metadata = Metadata()
    # The ICC profile of the ink that the source was in; its pixels are light by now.
    ink: bytes | None = None
    # Bits of the source's palette, 0 if it had none.
    palette_bits: int = 0

    @property
    def size(self) -> Size:
        """Width and height of a frame."""
        return Size(*self.frames[0].size)

    @property
    def is_animated(self) -> bool:
        """More than one frame."""
        return len(self.frames) > 1

    @property
    def has_alpha(self) -> bool:
        """A frame has an alpha channel, transparent or not."""
        return any(has_alpha(frame.mode) for frame in self.frames)

    def map(self, function: Callable[[Image.Image], Image.Image]) -> "Picture":
        """The same picture with `function` applied to every frame."""
        return replace(self, frames=tuple(map(function, self.frames)))
