"""How an item is cut and turned before it is shown (ISO/IEC 23008-12, 6.5: `clap`, `irot`, `imir`)."""

import math
from dataclasses import dataclass
from fractions import Fraction

from imgsvc.codecs.heif.items import Items
from imgsvc.options.geometry import Box, Size

# By quarters that it is turned counterclockwise, and by what is then exchanged (0: top and bottom, 1: left and right):
# what EXIF calls that.
_ORIENTATIONS = {
    (0, None): 1, (1, None): 8, (2, None): 3, (3, None): 6,
    (0, 0): 4, (1, 0): 5, (2, 0): 2, (3, 0): 7,
    (0, 1): 2, (1, 1): 7, (2, 1): 4, (3, 1): 5,
}  # fmt: skip
# The largest that coders cut a picture in.
_BLOCK = 64


@dataclass(frozen=True, slots=True)
class Shape:
    """An item as it is coded, what of it is shown, and how that is turned, as EXIF says it."""

    coded: Size
    shown: Box
    orientation: int

    @property
    def size(self) -> Size:
        """Of what is shown, as stored."""
        return self.shown.size

    def is_copy_of(self, other: "Shape") -> bool:
        """Whether both show the same part of what is coded, turned alike.

        Encoders round sides to even numbers, so that two pixels more or less say nothing.
        """
        sides = (self.coded.width, self.coded.height) * 2
        edges = zip(self._edges(), other._edges(), sides, strict=True)
        width, height = self.size
        skew = abs(Fraction(width * other.size.height, other.size.width) - height)
        return self.orientation == other.orientation and skew <= 2 and all(abs(a - b) * by <= 2 for a, b, by in edges)

    def _edges(self) -> tuple[Fraction, ...]:
        """Of what is shown, as fractions of the sides; what an encoder has filled blocks up with is no part of it."""
        left, top, right, bottom = self.shown
        if not (left or top) and max(self.coded.width - right, self.coded.height - bottom) < _BLOCK:
            return Fraction(0), Fraction(0), Fraction(1), Fraction(1)
        sides = (self.coded.width, self.coded.height) * 2
        return tuple(Fraction(edge, side) for edge, side in zip(self.shown, sides, strict=True))


def shape_of(items: Items, item: int) -> Shape | None:
    """None where the file does not say how large it is."""
    size = items.of(item, b"ispe")
    coded = Size(int.from_bytes(size[4:8]), int.from_bytes(size[8:12])) if size else Size(0, 0)
    if min(coded) < 1:
        return None
    return Shape(coded, clean_aperture(items.of(item, b"clap"), coded), orientation_of(items, item))


def clean_aperture(content: bytes | None, coded: Size) -> Box:
    """What a `clap` box leaves of a picture; all of it where the box says what cannot be.

    COMPAT: halves of a pixel are rounded as libheif does.
    """
    whole = Box(0, 0, *coded)
    if not content or len(content) < 32:
        return whole
    # Sides, then offsets, which may be negative; each with what it is divided by.
    parts = [int.from_bytes(content[at : at + 4], signed=at in (16, 24)) for at in range(0, 32, 4)]
    if 0 in parts[1::2]:
        return whole
    wide, high, across, down = (Fraction(*parts[at : at + 2]) for at in range(0, 8, 2))
    left = math.floor(Fraction(coded.width - 1, 2) + across - (wide - 1) / 2)
    top = math.floor(Fraction(coded.height - 1, 2) + down - (high - 1) / 2)
    box = Box(left, top, left + round(wide), top + round(high))
    fits = 0 <= left < box.right <= coded.width and 0 <= top < box.bottom <= coded.height
    return box if fits else whole


def orientation_of(items: Items, item: int) -> int:
    """What is done to an item before it is shown."""
    turned, exchanged = items.of(item, b"irot"), items.of(item, b"imir")
    quarters = turned[0] & 3 if turned else 0
    return _ORIENTATIONS[quarters, exchanged[0] & 1 if exchanged else None]
