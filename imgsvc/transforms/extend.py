"""Extend: a larger transparent canvas, of the requested size or only of its aspect ratio."""

from PIL import Image

from imgsvc.options.color import Color
from imgsvc.options.modes import SIXTEEN_BITS
from imgsvc.transforms.pixels.alpha import with_alpha
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.position import Canvas

# From 8 bits to 16.
_LEVELS_OF_A_LEVEL = 0x101


def extend(image: Image.Image, plan: Plan) -> Image.Image:
    """Grow to the requested size."""
    return on_canvas(image, plan.finish.extend, plan.background)


def extend_aspect_ratio(image: Image.Image, plan: Plan) -> Image.Image:
    """Grow to the requested aspect ratio."""
    return on_canvas(image, plan.finish.extend_aspect_ratio, plan.background)


def on_canvas(image: Image.Image, canvas: Canvas | None, background: Color | None) -> Image.Image:
    """Lay the image on transparent black; it gets an alpha channel.

    There is none for gray of 16 bits: that lies on its background at once, which is gray too.
    """
    if canvas is None:
        return image
    if image.mode == SIXTEEN_BITS and background:
        picture, color = image, background.red * _LEVELS_OF_A_LEVEL
    else:
        picture, color = with_alpha(image), 0
    wider = Image.new(picture.mode, canvas.size, color)
    wider.paste(picture, (canvas.left, canvas.top))
    return wider
