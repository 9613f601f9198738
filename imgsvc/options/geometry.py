"""Sizes, places and the words for them. All lengths are pixels unless a field says fraction."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import NamedTuple


class Size(NamedTuple):
    """Width and height in pixels."""

    width: int
    height: int


class Wanted(NamedTuple):
    """The sides that are asked for, in pixels; None is one that is not, which no number can be."""

    width: int | None = None
    height: int | None = None


class Box(NamedTuple):
    """A rectangle inside an image: left and top are inside, right and bottom just outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.right - self.left, self.bottom - self.top)


class Axis(NamedTuple):
    """One side of a smaller picture: its `pixels` stand for what lies between `start` and `end` of a larger one.

    Those from `first` to before `last` are made.
    """

    pixels: int
    start: float
    end: float
    first: int
    last: int


class Shrinking(NamedTuple):
    """A picture, or a part of it, no larger on either side; `linear`: in linear light.

    `fine`: with what is lost of light where the decoder itself makes it smaller.
    """

    across: Axis
    down: Axis
    linear: bool = False
    fine: bool = False

    @property
    def native(self) -> "tuple[Axis, Axis, bool]":
        """What the resampler has to know of it."""
        return self.across, self.down, self.linear

    @property
    def size(self) -> Size:
        """Of what is made."""
        return Size(self.across.last - self.across.first, self.down.last - self.down.first)


class ResizingType(StrEnum):
    """How the source is brought to the requested size."""

    FIT = "fit"
    FILL = "fill"
    FILL_DOWN = "fill-down"
    FORCE = "force"
    AUTO = "auto"


class GravityType(Enum):
    """Where something is anchored; the value is (word, horizontal, vertical) with -1 west or north, 1 east or south."""

    CENTER = ("ce", 0, 0)
    NORTH = ("no", 0, -1)
    SOUTH = ("so", 0, 1)
    EAST = ("ea", 1, 0)
    WEST = ("we", -1, 0)
    NORTH_EAST = ("noea", 1, -1)
    NORTH_WEST = ("nowe", -1, -1)
    SOUTH_EAST = ("soea", 1, 1)
    SOUTH_WEST = ("sowe", -1, 1)
    SMART = ("sm", 0, 0)
    FOCUS_POINT = ("fp", 0, 0)
    OBJECTS = ("obj", 0, 0)
    WEIGHTED_OBJECTS = ("objw", 0, 0)
    PROPORTIONAL = ("prop", 0, 0)
    REPLICATE = ("re", 0, 0)
    CHESSBOARD = ("ch", 0, 0)

    @property
    def word(self) -> str:
        """Its word in URLs."""
        return self.value[0]

    @property
    def horizontal(self) -> int:
        """-1 west, 0 center, 1 east."""
        return self.value[1]

    @property
    def vertical(self) -> int:
        """-1 north, 0 center, 1 south."""
        return self.value[2]


OBJECTS = frozenset({GravityType.OBJECTS, GravityType.WEIGHTED_OBJECTS})
TILES = frozenset({GravityType.REPLICATE, GravityType.CHESSBOARD})
COMPASS: frozenset[GravityType] = (
    frozenset(GravityType) - OBJECTS - TILES - {GravityType.SMART, GravityType.FOCUS_POINT, GravityType.PROPORTIONAL}
)


@dataclass(frozen=True, slots=True)
class Gravity:
    """An anchor with offsets: pixels from 1 on, below that a fraction of the outer side; a focus point's are 0 to 1."""

    type: GravityType = GravityType.CENTER
    x: float = 0.0
    y: float = 0.0
    # Of objects: what they are, and how much each counts; none are all alike.
    classes: tuple[tuple[str, float], ...] = ()


class ResizingAlgorithm(StrEnum):
    """The kernel that a picture is resampled with."""

    NEAREST = "nearest"
    LINEAR = "linear"
    CUBIC = "cubic"
    LANCZOS2 = "lanczos2"
    LANCZOS3 = "lanczos3"


class ScalingMethod(StrEnum):
    """How what gets smaller is scaled: as imgproxy does, or in linear light and from more of the source's pixels."""

    IMGPROXY = "imgproxy"
    FINE = "fine"


class CropShape(NamedTuple):
    """Width by height that a crop is brought to; 0 is off. `enlarges`: by its shorter side, as far as there is room."""

    ratio: float = 0.0
    enlarges: bool = False
