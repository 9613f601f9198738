"""Blur: a Gaussian of the wanted sigma."""

import math

from PIL import Image, ImageFilter

from imgsvc.transforms.alpha import premultiplied
from imgsvc.transforms.plan import Plan

# COMPAT: libvips cuts its kernel off where it falls below this share of its peak, which narrows it.
_LEAST = 0.2


def blur(image: Image.Image, plan: Plan) -> Image.Image:
    """Blur by the planned sigma, in pixels of the result."""
    sigma = effective_sigma(min(plan.blur, max(image.size)), _LEAST)
    return premultiplied(image, lambda pixels: pixels.filter(ImageFilter.GaussianBlur(sigma))) if sigma > 0 else image


def effective_sigma(sigma: float, least: float) -> float:
    """The standard deviation of a Gaussian kernel that ends where it falls below `least`."""
    if sigma <= 0:
        return 0.0
    reach = math.floor(sigma * math.sqrt(-2 * math.log(least)))
    weights = [math.exp(-0.5 * (x / sigma) ** 2) for x in range(-reach, reach + 1)]
    variance = sum(weight * x * x for x, weight in zip(range(-reach, reach + 1), weights, strict=True)) / sum(weights)
    return math.sqrt(variance)
