"""The steps between decode and encode, in order.

A step returns the image it was given where it has nothing to do, and a new one otherwise; it never alters what it
was given. It reads no clock, no settings and no URL: only its two arguments; one that takes long does its work in
portions.
"""

from collections.abc import Callable

from PIL import Image

from imgsvc.runtime.scope import Scope
from imgsvc.transforms.crop import crop, crop_to_result
from imgsvc.transforms.extend import extend, extend_aspect_ratio
from imgsvc.transforms.filters.areas import areas_as_scaled, areas_as_stored, blur_areas, pixelate_areas
from imgsvc.transforms.filters.blur import blur
from imgsvc.transforms.filters.edge import border, round_corners
from imgsvc.transforms.filters.layers import colorize, gradient
from imgsvc.transforms.filters.levels import brightness, contrast
from imgsvc.transforms.filters.pixelate import pixelate
from imgsvc.transforms.filters.progressive_blur import progressive_blur
from imgsvc.transforms.filters.saturation import saturation
from imgsvc.transforms.filters.sharpen import sharpen
from imgsvc.transforms.filters.tones import duotone, monochrome
from imgsvc.transforms.filters.unsharp import unsharp_masking
from imgsvc.transforms.flatten import flatten
from imgsvc.transforms.padding import padding
from imgsvc.transforms.pixels.portions import Made, whole
from imgsvc.transforms.planning.filtering import NEUTRAL
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.rotate import rotate
from imgsvc.transforms.scale import fix_size, scale

Step = Callable[[Image.Image, Plan], Made]

STEPS: tuple[Step, ...] = (
    # As stored: the fewer pixels reach the resampler and the turn, the better.
    areas_as_stored,
    crop,
    scale,
    rotate,
    # Upright
    areas_as_scaled,
    crop_to_result,
    unsharp_masking,
    brightness,
    contrast,
    saturation,
    monochrome,
    duotone,
    blur,
    sharpen,
    pixelate,
    blur_areas,
    pixelate_areas,
    progressive_blur,
    border,
    round_corners,
    # Around the picture: filters do not touch what is transparent here.
    extend,
    extend_aspect_ratio,
    padding,
    fix_size,
    flatten,
    # Over all of the result
    colorize,
    gradient,
)

_FILTERS = frozenset(
    {areas_as_stored, areas_as_scaled, blur_areas, pixelate_areas, progressive_blur, border, round_corners}
    | {unsharp_masking, brightness, contrast, saturation, monochrome, duotone, colorize, gradient}
)
# PERF: a step that has nothing to do takes half a microsecond, and hardly any picture has one of these.
_WITHOUT_FILTERS = tuple(step for step in STEPS if step not in _FILTERS)


def transform(image: Image.Image, plan: Plan, scope: Scope) -> Image.Image:
    """Run every step on an image in mode L, LA, RGB or RGBA, giving up as soon as `scope` says so."""
    for step in _WITHOUT_FILTERS if plan.filters is NEUTRAL else STEPS:
        scope.check(step.__name__)
        image = whole(step(image, plan), scope.check)
    return image
