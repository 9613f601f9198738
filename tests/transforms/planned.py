"""A plan in one call, for tests that need one and are about something else."""

from typing import Any

from PIL import Image

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from imgsvc.options.processing import ProcessingOptions
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.planning.plan import Plan, SourceShape, plan


def plan_for(
    size: tuple[int, int],
    *,
    orientation: int = 1,
    result_format: Format = Format.PNG,
    linear: bool = False,
    **options: Any,
) -> Plan:
    """The plan for a source of `size` with `options` as in ProcessingOptions."""
    shape = SourceShape(Size(*size), orientation)
    return plan(shape, ProcessingOptions(**options), result_format=result_format, linear=linear)


def transformed(image: Image.Image, **wishes: Any) -> Image.Image:
    """`image` after all steps of `plan_for` its size."""
    return transform(image, plan_for(image.size, **wishes), Scope(60))
