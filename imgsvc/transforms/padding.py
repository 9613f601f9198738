"""Padding: transparent edges, which the background fills later if there is one."""

from PIL import Image

from imgsvc.transforms.extend import on_canvas
from imgsvc.transforms.planning.plan import Plan


def padding(image: Image.Image, plan: Plan) -> Image.Image:
    """Add the planned edges."""
    return on_canvas(image, plan.finish.padding, plan.background)
