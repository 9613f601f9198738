"""Rotate and flip: EXIF orientation, then `rotate`, then `flip`, in one turn of the pixels."""

from PIL import Image

from imgsvc.options.orientation import ORIENTATIONS
from imgsvc.transforms.planning.orientation import Turn
from imgsvc.transforms.planning.plan import Plan

_METHODS = {
    Turn(each.quarters, each.mirrored): Image.Transpose[each.transposition]
    for each in ORIENTATIONS.values()
    if each.transposition
}


def rotate(image: Image.Image, plan: Plan) -> Image.Image:
    """Put the image upright, then as the client wants it."""
    return turned(image, plan.turn)


def turned(image: Image.Image, turn: Turn) -> Image.Image:
    """The image after a turn; itself where nothing moves."""
    method = _METHODS.get(turn)
    return image if method is None else image.transpose(method)
