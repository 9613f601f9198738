"""Rotate and flip: EXIF orientation, then `rotate`, then `flip`, in one turn of the pixels."""

from PIL import Image

from imgsvc.transforms.planning.orientation import Turn
from imgsvc.transforms.planning.plan import Plan

# Pillow turns counterclockwise; a Turn turns clockwise and mirrors afterwards.
_METHODS = {
    Turn(1): Image.Transpose.ROTATE_270,
    Turn(2): Image.Transpose.ROTATE_180,
    Turn(3): Image.Transpose.ROTATE_90,
    Turn(0, True): Image.Transpose.FLIP_LEFT_RIGHT,
    Turn(1, True): Image.Transpose.TRANSPOSE,
    Turn(2, True): Image.Transpose.FLIP_TOP_BOTTOM,
    Turn(3, True): Image.Transpose.TRANSVERSE,
}


def rotate(image: Image.Image, plan: Plan) -> Image.Image:
    """Put the image upright, then as the client wants it."""
    return turned(image, plan.turn)


def turned(image: Image.Image, turn: Turn) -> Image.Image:
    """The image after a turn; itself where nothing moves."""
    method = _METHODS.get(turn)
    return image if method is None else image.transpose(method)
