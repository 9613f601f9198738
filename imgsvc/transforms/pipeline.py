"""The steps between decode and encode, in order.

A step returns the image it was given where it has nothing to do, and a new one otherwise; it never alters what it
was given. It reads no clock, no settings and no URL: only its two arguments.
"""

from collections.abc import Callable

from PIL import Image

from imgsvc.runtime.scope import Scope
from imgsvc.transforms.blur import blur
from imgsvc.transforms.crop import crop, crop_to_result
from imgsvc.transforms.extend import extend, extend_aspect_ratio
from imgsvc.transforms.flatten import flatten
from imgsvc.transforms.padding import padding
from imgsvc.transforms.pixelate import pixelate
from imgsvc.transforms.plan import Plan
from imgsvc.transforms.rotate import rotate
from imgsvc.transforms.scale import fix_size, scale
from imgsvc.transforms.sharpen import sharpen

Step = Callable[[Image.Image, Plan], Image.Image]

STEPS: tuple[Step, ...] = (
    # As stored: the fewer pixels reach the resampler and the turn, the better.
    crop,
    scale,
    rotate,
    # Upright
    crop_to_result,
    blur,
    sharpen,
    pixelate,
    # Around the picture: filters do not touch what is transparent here.
    extend,
    extend_aspect_ratio,
    padding,
    fix_size,
    flatten,
)


def transform(image: Image.Image, plan: Plan, scope: Scope) -> Image.Image:
    """Run every step on an image in mode L, LA, RGB or RGBA, giving up as soon as `scope` says so."""
    for step in STEPS:
        scope.check(step.__name__)
        image = step(image, plan)
    return image
