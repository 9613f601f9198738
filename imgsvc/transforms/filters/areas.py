"""Areas: parts of the picture that are made hard to recognize, and nothing around them."""

from collections.abc import Callable

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.crop import inside
from imgsvc.transforms.filters.blur import nearly_blurred
from imgsvc.transforms.filters.pixelate import pixelated
from imgsvc.transforms.pixels.portions import Made, Portions
from imgsvc.transforms.planning.filtering import Areas, Filters, Stage
from imgsvc.transforms.planning.plan import Plan

_Filter = Callable[[Image.Image, float], Image.Image]


def areas_as_stored(image: Image.Image, plan: Plan) -> Made:
    """Both kinds, before a crop whose place depends on the pixels."""
    return _all(image, plan, Stage.STORED)


def areas_as_scaled(image: Image.Image, plan: Plan) -> Made:
    """Both kinds, before a crop to the result whose place depends on the pixels."""
    return _all(image, plan, Stage.SCALED)


def blur_areas(image: Image.Image, plan: Plan) -> Made:
    """Blur the planned areas."""
    areas = plan.filters.blur_areas
    return _filtered(image, areas, nearly_blurred) if areas and plan.filters.stage is Stage.FINISHED else image


def pixelate_areas(image: Image.Image, plan: Plan) -> Made:
    """Make blocks of the planned areas."""
    areas = plan.filters.pixelate_areas
    return _filtered(image, areas, _blocks) if areas and plan.filters.stage is Stage.FINISHED else image


def _all(image: Image.Image, plan: Plan, stage: Stage) -> Made:
    return _both(image, plan.filters) if plan.filters.stage is stage else image


def _both(image: Image.Image, filters: Filters) -> Portions:
    for areas, function in ((filters.blur_areas, nearly_blurred), (filters.pixelate_areas, _blocks)):
        if areas:
            image = yield from _filtered(image, areas, function)
    return image


def _filtered(image: Image.Image, areas: Areas, function: _Filter) -> Portions:
    """An area at a time: each may be all of the picture."""
    changed = image.copy()
    for box in areas.boxes:
        yield
        part = inside(box, Size(*image.size))
        changed.paste(function(changed.crop(part), areas.strength), part)
    return changed


def _blocks(image: Image.Image, side: float) -> Image.Image:
    return pixelated(image, max(1, round(min(side, max(image.size)))))
