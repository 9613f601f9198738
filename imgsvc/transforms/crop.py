"""Crop: keep an area of the source, and after scaling an area of the result."""

from PIL import Image

from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.planning.position import Cut
from imgsvc.transforms.smart import smart_box


def crop(image: Image.Image, plan: Plan) -> Image.Image:
    """The `crop` option, on the image as it is stored."""
    return _cut(image, plan.crop) if plan.crop else image


def crop_to_result(image: Image.Image, plan: Plan) -> Image.Image:
    """What scaling left over, on the upright image; nothing where it made no more than is kept."""
    return _cut(image, plan.result_crop) if plan.result_crop and image.size != plan.result_crop.size else image


def _cut(image: Image.Image, kept: Cut) -> Image.Image:
    return image.crop(inside(kept.box or smart_box(image, kept.size), Size(*image.size)))


def inside(box: Box, size: Size) -> Box:
    """The part of `box` that lies in an image of `size`, at least one pixel.

    SECURITY: Pillow-SIMD 12.1.1 can read past the image for a box beyond it, and a decoder may give
    fewer pixels than the header promised to the plan.
    """
    left, top = min(max(box.left, 0), size.width - 1), min(max(box.top, 0), size.height - 1)
    return Box(left, top, max(left + 1, min(box.right, size.width)), max(top + 1, min(box.bottom, size.height)))
