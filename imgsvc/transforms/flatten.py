"""Flatten: lay what is transparent on the background."""

from PIL import Image

from imgsvc.options.color import Color
from imgsvc.transforms.alpha import has_alpha, is_gray
from imgsvc.transforms.plan import Plan


def flatten(image: Image.Image, plan: Plan) -> Image.Image:
    """Leave no alpha channel, if the plan has a background."""
    return on_color(image, plan.background) if plan.background and has_alpha(image) else image


def on_color(image: Image.Image, color: Color) -> Image.Image:
    """The image on `color`, opaque; gray stays gray on gray only."""
    gray = is_gray(image) and len(set(color)) == 1
    base = Image.new("L", image.size, color.red) if gray else Image.new("RGB", image.size, color)
    base.paste(image.convert(base.mode), mask=image.getchannel("A"))
    return base
