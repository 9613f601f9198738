"""Edge: a border on the picture's outermost pixels, and round corners."""

import numpy as np
from PIL import Image, ImageChops

from imgsvc.options.filters import Corners
from imgsvc.options.geometry import Size
from imgsvc.transforms.filters.layers import holding, over
from imgsvc.transforms.pixels.alpha import has_alpha, with_alpha
from imgsvc.transforms.planning.plan import Plan


def border(image: Image.Image, plan: Plan) -> Image.Image:
    """Draw the planned frame; where corners are round it follows them."""
    width, color = plan.filters.border
    if not width:
        return image
    inner = Size(max(0, image.width - 2 * width), max(0, image.height - 2 * width))
    ring = Image.new("L", image.size, 255)
    if min(inner):
        hole = rounded(inner, Corners(*(max(0.0, radius - width) for radius in plan.filters.corners)))
        ring.paste(ImageChops.invert(hole), (width, width))
    return over(holding(image, color), color, ring)


def round_corners(image: Image.Image, plan: Plan) -> Image.Image:
    """Make what lies outside the planned corners transparent."""
    corners = plan.filters.corners
    if not any(corners):
        return image
    shape = rounded(Size(*image.size), corners)
    picture = image.copy() if has_alpha(image) else with_alpha(image)
    picture.putalpha(ImageChops.multiply(picture.getchannel("A"), shape) if has_alpha(image) else shape)
    return picture


def rounded(size: Size, corners: Corners) -> Image.Image:
    """How much of each pixel lies in a rectangle of `size` with these corners, as levels."""
    shape = Image.new("L", size, 255)
    top_left, top_right, bottom_right, bottom_left = (_corner(radius, size) for radius in corners)
    flip, turn = Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.ROTATE_180
    upside_down = Image.Transpose.FLIP_TOP_BOTTOM
    for corner, method in ((top_left, None), (top_right, flip), (bottom_right, turn), (bottom_left, upside_down)):
        if corner:
            part = corner.transpose(method) if method is not None else corner
            left = size.width - part.width if method in (flip, turn) else 0
            top = size.height - part.height if method in (turn, upside_down) else 0
            box = (left, top, left + part.width, top + part.height)
            # Where two corners meet in a pixel, both take from it.
            shape.paste(ImageChops.multiply(shape.crop(box), part), box)
    return shape


def _corner(radius: float, size: Size) -> Image.Image | None:
    """That of the top left."""
    if radius <= 0:
        return None
    width, height = min(size.width, int(np.ceil(radius))), min(size.height, int(np.ceil(radius)))
    right = np.maximum(radius - np.arange(width) - 0.5, 0).astype(np.float32)
    down = np.maximum(radius - np.arange(height) - 0.5, 0).astype(np.float32)
    distance = np.sqrt(right[None, :] ** 2 + down[:, None] ** 2)
    return Image.fromarray((((radius + 0.5 - distance).clip(0, 1)) * 255 + 0.5).astype(np.uint8))
