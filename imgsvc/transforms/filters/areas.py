"""Areas: parts of the picture that are made hard to recognize, and nothing around them."""

from collections.abc import Callable

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.blur import blurred
from imgsvc.transforms.crop import inside
from imgsvc.transforms.filtering import Areas, Stage
from imgsvc.transforms.pixelate import pixelated
from imgsvc.transforms.plan import Plan

_Filter = Callable[[Image.Image, float], Image.Image]


def areas_as_stored(image: Image.Image, plan: Plan) -> Image.Image:
    """Both kinds, before a crop whose place depends on the pixels."""
    return _all(image, plan, Stage.STORED)


def areas_as_scaled(image: Image.Image, plan: Plan) -> Image.Image:
    """Both kinds, before a crop to the result whose place depends on the pixels."""
    return _all(image, plan, Stage.SCALED)


def blur_areas(image: Image.Image, plan: Plan) -> Image.Image:
    """Blur the planned areas."""
    return _filtered(image, plan.filters.blur_areas, blurred) if plan.filters.stage is Stage.FINISHED else image


def pixelate_areas(image: Image.Image, plan: Plan) -> Image.Image:
    """Make blocks of the planned areas."""
    return _filtered(image, plan.filters.pixelate_areas, _blocks) if plan.filters.stage is Stage.FINISHED else image


def _all(image: Image.Image, plan: Plan, stage: Stage) -> Image.Image:
    if plan.filters.stage is not stage:
        return image
    return _filtered(_filtered(image, plan.filters.blur_areas, blurred), plan.filters.pixelate_areas, _blocks)


def _filtered(image: Image.Image, areas: Areas | None, function: _Filter) -> Image.Image:
    if areas is None:
        return image
    changed = image.copy()
    for box in areas.boxes:
        part = inside(box, Size(*image.size))
        changed.paste(function(changed.crop(part), areas.strength), part)
    return changed


def _blocks(image: Image.Image, side: float) -> Image.Image:
    return pixelated(image, max(1, round(min(side, max(image.size)))))
