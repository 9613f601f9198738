"""Shadow: black under a mark, where the mark is, blurred."""

import math

from PIL import Image, ImageFilter

from imgsvc.options.geometry import Size

# A shadow that is wider is no shadow: of the picture's longer side.
_MOST = 0.125
# Sigmas, beyond which nothing of it is seen.
_REACH = 3


def reach_of_shadow(sigma: float, image: Size) -> int:
    """Pixels that a shadow reaches beyond its mark on a picture of this size; 0 where there is none."""
    return math.ceil(_REACH * _bounded(sigma, image)) if sigma > 0 else 0


def with_shadow(mark: Image.Image, sigma: float, image: Size) -> Image.Image:
    """The mark, which has an alpha channel and room for it, over its shadow."""
    alpha = mark.getchannel("A")
    blurred = alpha.filter(ImageFilter.GaussianBlur(_bounded(sigma, image)))
    black = Image.new(mark.mode.removesuffix("A"), mark.size)
    black.putalpha(blurred)
    together = Image.alpha_composite(black.convert("RGBA"), mark.convert("RGBA"))
    return together.convert(mark.mode)


def _bounded(sigma: float, image: Size) -> float:
    return min(sigma, _MOST * max(image))
