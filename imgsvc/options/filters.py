"""What a client may ask for of the picture's looks: colors, blurs of a part, layers over it, its edge.

PERF: named tuples, whose hash and comparison are C: options are looked up by their hash on every request.
"""

from enum import StrEnum
from typing import NamedTuple

from imgsvc.options.color import Color

BLACK = Color(0, 0, 0)


class Monochrome(NamedTuple):
    """Shades of one color, from black over the color to white; `intensity` 0 is off."""

    intensity: float = 0.0
    color: Color = Color(0xB3, 0xB3, 0xB3)


class Duotone(NamedTuple):
    """Shades between two colors, of what is dark and of what is light; `intensity` 0 is off."""

    intensity: float = 0.0
    dark: Color = BLACK
    light: Color = Color(255, 255, 255)


class UnsharpMode(StrEnum):
    """When a picture is sharpened by an unsharp mask."""

    AUTO = "auto"
    NONE = "none"
    ALWAYS = "always"


class Area(NamedTuple):
    """A rectangle in fractions of the source, as its EXIF orientation turns it."""

    left: float
    top: float
    width: float
    height: float


class BlurAreas(NamedTuple):
    """Blur these areas and nothing else; `sigma` 0 is off."""

    sigma: float = 0.0
    areas: tuple[Area, ...] = ()


class PixelateAreas(NamedTuple):
    """Make blocks of these areas and of nothing else; a `side` of 0 or 1 is off."""

    side: int = 0
    areas: tuple[Area, ...] = ()


class Ramp(NamedTuple):
    """From nothing at `start` to all at `stop`, both 0 to 1, downwards turned clockwise by so many degrees."""

    degrees: float = 0.0
    start: float = 0.0
    stop: float = 1.0


class ProgressiveBlur(NamedTuple):
    """A blur that grows along a ramp up to `sigma`; 0 is off."""

    sigma: float = 0.0
    ramp: Ramp = Ramp()


class Colorize(NamedTuple):
    """A layer of one color over the result; `keeps_alpha`: only where the result is opaque. `opacity` 0 is off."""

    opacity: float = 0.0
    color: Color = BLACK
    keeps_alpha: bool = False


class Gradient(NamedTuple):
    """A layer of one color whose opacity grows along a ramp; `opacity` 0 is off."""

    opacity: float = 0.0
    color: Color = BLACK
    ramp: Ramp = Ramp()


class Corners(NamedTuple):
    """Radii: pixels before dpr from 1 on, below that a fraction of the shorter side; all 0 is off."""

    top_left: float = 0.0
    top_right: float = 0.0
    bottom_right: float = 0.0
    bottom_left: float = 0.0


class Border(NamedTuple):
    """A frame on the picture's own outermost pixels, `width` of them before dpr; 0 is off."""

    width: int = 0
    color: Color = BLACK
