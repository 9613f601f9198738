"""Flatten: lay what is transparent on the background."""

from PIL import Image

from imgsvc.options.color import Color
from imgsvc.transforms.pixels.alpha import has_alpha, is_gray
from imgsvc.transforms.planning.plan import Plan


def flatten(image: Image.Image, plan: Plan) -> Image.Image:
    """Leave no alpha channel, if the plan has a background; less than an opaque one only lies behind the picture."""
    if not plan.background or not has_alpha(image):
        return image
    opacity = plan.filters.background_alpha
    return on_color(image, plan.background) if opacity == 1 else before_color(image, plan.background, opacity)


def before_color(image: Image.Image, color: Color, opacity: float) -> Image.Image:
    """The image on `color` that is not opaque itself; gray stays gray on gray only."""
    layer = Image.new("RGBA", image.size, (*color, round(opacity * 255)))
    together = Image.alpha_composite(layer, image.convert("RGBA"))
    return together.convert("LA") if is_gray(image) and len(set(color)) == 1 else together


def on_color(image: Image.Image, color: Color) -> Image.Image:
    """The image on `color`, opaque; gray stays gray on gray only."""
    gray = is_gray(image) and len(set(color)) == 1
    base = Image.new("L", image.size, color.red) if gray else Image.new("RGB", image.size, color)
    base.paste(image.convert(base.mode), mask=image.getchannel("A"))
    return base
