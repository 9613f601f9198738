"""Extend: a larger transparent canvas, of the requested size or only of its aspect ratio."""

from PIL import Image

from imgsvc.transforms.pixels.alpha import with_alpha
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.position import Canvas


def extend(image: Image.Image, plan: Plan) -> Image.Image:
    """Grow to the requested size."""
    return on_canvas(image, plan.finish.extend)


def extend_aspect_ratio(image: Image.Image, plan: Plan) -> Image.Image:
    """Grow to the requested aspect ratio."""
    return on_canvas(image, plan.finish.extend_aspect_ratio)


def on_canvas(image: Image.Image, canvas: Canvas | None) -> Image.Image:
    """Lay the image on transparent black; it gets an alpha channel."""
    if canvas is None:
        return image
    picture = with_alpha(image)
    wider = Image.new(picture.mode, canvas.size)
    wider.paste(picture, (canvas.left, canvas.top))
    return wider
