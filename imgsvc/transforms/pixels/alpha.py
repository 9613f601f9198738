"""Premultiplied pixels: a filter that mixes neighbors must not mix in the color of what is transparent."""

from collections.abc import Callable

from PIL import Image

from imgsvc.options import modes

# Pillow's names for the same channels with the color multiplied by alpha.
PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


def premultiplied(image: Image.Image, function: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """Apply `function` to premultiplied pixels, and give back the image's own mode."""
    mode = PREMULTIPLIED.get(image.mode)
    return function(image.convert(mode)).convert(image.mode) if mode else function(image)


def has_alpha(image: Image.Image) -> bool:
    """The image has an alpha channel, transparent or not."""
    return modes.has_alpha(image.mode)


def with_alpha(image: Image.Image) -> Image.Image:
    """The image with an alpha channel, opaque if it had none."""
    return image if has_alpha(image) else image.convert(f"{image.mode}A")


def is_gray(image: Image.Image) -> bool:
    """The image has no color channels."""
    return modes.is_gray(image.mode)
