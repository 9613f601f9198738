"""Turn: EXIF orientation, `rotate` and `flip` in one of the eight ways in which a picture can lie."""

from dataclasses import dataclass

from imgsvc.options.geometry import COMPASS, Box, Gravity, GravityType, Size, Wanted
from imgsvc.options.orientation import orientation_of
from imgsvc.options.processing import ProcessingOptions

# Left, top, right and bottom, which may lie between pixels.
Rectangle = tuple[float, float, float, float]

_BY_ANCHOR = {(each.horizontal, each.vertical): each for each in COMPASS}


@dataclass(frozen=True, slots=True)
class Turn:
    """Clockwise quarter turns, then a swap of left and right."""

    quarters: int = 0
    mirrored: bool = False

    @property
    def is_identity(self) -> bool:
        """Nothing moves."""
        return not self.quarters and not self.mirrored

    @property
    def is_sideways(self) -> bool:
        """Width and height change places."""
        return self.quarters % 2 == 1

    def then_rotated(self, quarters: int) -> "Turn":
        """This, and clockwise quarter turns after it: seen through a mirror they run the other way."""
        return Turn((self.quarters + (-quarters if self.mirrored else quarters)) % 4, self.mirrored)

    def then_flipped(self, horizontal: bool, vertical: bool) -> "Turn":
        """This, and then left for right and top for bottom; the latter is a mirror and a half turn."""
        return Turn((self.quarters + 2 * vertical) % 4, self.mirrored ^ horizontal ^ vertical)

    def size(self, size: Size) -> Size:
        """What `size` becomes; also the way back."""
        return Size(size.height, size.width) if self.is_sideways else size

    def wanted(self, wanted: Wanted) -> Wanted:
        """What `wanted` becomes; also the way back."""
        return Wanted(wanted.height, wanted.width) if self.is_sideways else wanted

    def undo(self, gravity: Gravity) -> Gravity:
        """The gravity that, before this turn, holds what `gravity` holds after it."""
        if self.mirrored:
            gravity = _mirrored(gravity)
        for _ in range(self.quarters):
            gravity = _turned_back(gravity)
        return gravity

    def undo_box(self, box: Box, size: Size) -> Box:
        """The box that, before this turn, holds what `box` of an image of `size` holds after it."""
        left, top, right, bottom = self.undo_rectangle(box, size)
        return Box(int(left), int(top), int(right), int(bottom))

    def undo_rectangle(self, place: Rectangle, size: Size) -> Rectangle:
        """As `undo_box`, for places between pixels."""
        left, top, right, bottom = place
        if self.mirrored:
            left, right = size.width - right, size.width - left
        for _ in range(self.quarters):
            # Its top was the left side, its right side the top.
            left, top, right, bottom = top, size.width - right, bottom, size.width - left
            size = Size(size.height, size.width)
        return left, top, right, bottom

    def rectangle(self, place: Rectangle, size: Size) -> Rectangle:
        """Where this turn brings a place of an image of `size`."""
        left, top, right, bottom = place
        for _ in range(self.quarters):
            # The top becomes the right side, the left one the top.
            left, top, right, bottom = size.height - bottom, left, size.height - top, right
            size = Size(size.height, size.width)
        return (size.width - right, top, size.width - left, bottom) if self.mirrored else (left, top, right, bottom)


def turn_of_exif(orientation: int) -> Turn:
    """What puts a picture of this EXIF orientation upright."""
    found = orientation_of(orientation)
    return Turn(found.quarters, found.mirrored)


def turn_of(orientation: int, options: ProcessingOptions) -> Turn:
    """EXIF first, then `rotate`, then `flip`."""
    turn = turn_of_exif(orientation)
    return turn.then_rotated(options.rotate // 90).then_flipped(options.flip_horizontal, options.flip_vertical)


def _mirrored(gravity: Gravity) -> Gravity:
    """Left for right. Offsets run inwards from an edge, so only those from the center change their sign."""
    kind = gravity.type
    if kind is GravityType.FOCUS_POINT:
        return Gravity(kind, 1 - gravity.x, gravity.y)
    if kind is GravityType.SMART:
        return gravity
    anchor = _BY_ANCHOR[-kind.horizontal, kind.vertical]
    return Gravity(anchor, gravity.x if kind.horizontal else -gravity.x, gravity.y)


def _turned_back(gravity: Gravity) -> Gravity:
    """A quarter turn undone: its top was the left side, its right side the top."""
    kind = gravity.type
    if kind is GravityType.FOCUS_POINT:
        return Gravity(kind, gravity.y, 1 - gravity.x)
    if kind is GravityType.SMART:
        return gravity
    anchor = _BY_ANCHOR[kind.vertical, -kind.horizontal]
    return Gravity(anchor, gravity.y, gravity.x if kind.horizontal else -gravity.x)
