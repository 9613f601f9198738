"""Saturation: a and b of CIE Lab times a factor, L kept, each channel cut off where it leaves sRGB."""

from PIL import Image

from imgsvc.transforms.pixels.alpha import is_gray
from imgsvc.transforms.pixels.cielab import saturated
from imgsvc.transforms.pixels.portions import Made, banded
from imgsvc.transforms.planning.plan import Plan

# Beyond this, all but gray has left sRGB.
_MOST = 100.0


def saturation(image: Image.Image, plan: Plan) -> Made:
    """Make each pixel as colorful as is planned."""
    factor = min(plan.filters.saturation, _MOST)
    return image if factor == 1 or is_gray(image) else banded(image, lambda part: saturated(part, factor))
