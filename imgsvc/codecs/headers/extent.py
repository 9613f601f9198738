"""How large and how manifold a source may be before a decoder sees it, and what is known of it by then.

Sides are held against the limits of the request, counts against bounds: both are read from headers, so that
what is refused costs nothing.
"""

from dataclasses import dataclass

from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.geometry import Size

# What MAX_SRC_RESOLUTION is unless it is set.
USUAL_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """The most pixels that any part of a source may have: canvas, frame, tile, strip, or a picture within it."""

    pixels: int = USUAL_PIXELS

    def admit(self, width: int, height: int, part: str = "canvas") -> Size:
        """The size, if it is within the limit; ResolutionError if not."""
        if width * height > self.pixels:
            raise ResolutionError(f"its {part} of {width}x{height} is more than {self.pixels} pixels")
        return Size(width, height)


@dataclass(frozen=True, slots=True)
class Survey:
    """The size that its decoder will give, if the header says that alone, and how many frames are there whole."""

    size: Size | None = None
    frames: int = 1
    # One of its frames names a color that is seen through, where its decoder looks at the first one alone.
    has_alpha: bool = False


@dataclass(frozen=True, slots=True)
class Bound:
    """How many of something a file may have, for a decoder does something for each, whatever it holds.

    Everything that is decoded in a loop over something that a few bytes of a file can multiply has one, at the head
    of the module that counts it.
    """

    most: int
    what: str

    def hold(self, count: int, allowance: int = 0) -> None:
        """Raise UndecodableImageError if there are more than these, or than a larger `allowance`."""
        most = max(self.most, allowance)
        if count > most:
            raise UndecodableImageError(f"more than {most} {self.what}")
