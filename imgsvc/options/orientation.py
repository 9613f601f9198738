"""The eight ways in which a stored picture can lie, by EXIF's number of each, and what puts it upright."""

from collections.abc import Mapping
from typing import NamedTuple

from imgsvc.options.geometry import Size


class Orientation(NamedTuple):
    """Clockwise quarter turns, then a swap of left and right, put it upright; Pillow's name for both, if any moves."""

    quarters: int = 0
    mirrored: bool = False
    transposition: str = ""


ORIENTATIONS: Mapping[int, Orientation] = {
    1: Orientation(),
    2: Orientation(0, True, "FLIP_LEFT_RIGHT"),
    3: Orientation(2, False, "ROTATE_180"),
    4: Orientation(2, True, "FLIP_TOP_BOTTOM"),
    5: Orientation(1, True, "TRANSPOSE"),
    # Pillow turns counterclockwise.
    6: Orientation(1, False, "ROTATE_270"),
    7: Orientation(3, True, "TRANSVERSE"),
    8: Orientation(3, False, "ROTATE_90"),
}


def orientation_of(number: int) -> Orientation:
    """The one of this number; any other number is none."""
    return ORIENTATIONS.get(number, ORIENTATIONS[1])


def upright(size: Size, number: int) -> Size:
    """What a stored `size` is once the picture stands upright."""
    return Size(size.height, size.width) if orientation_of(number).quarters % 2 else size
