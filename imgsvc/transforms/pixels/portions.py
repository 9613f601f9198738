"""Portions: a step that takes long does a part of its work at a time, so that who runs it can end it in between.

A step knows neither clock nor client. It gives back the image, or else a generator, which stops at each moment at
which it may be ended, and returns the image.
"""

from collections.abc import Callable, Generator

from PIL import Image

from imgsvc.transforms.pixels.alpha import PREMULTIPLIED

# Pixels of a portion, where each is worked out for itself: some 5 ms.
_BAND = 1 << 20

Portions = Generator[None, None, Image.Image]
Made = Image.Image | Portions


def whole(made: Made, between: Callable[[], None] = lambda: None) -> Image.Image:
    """The image, all portions of it; `between` is called before each but the first, and may end it by an error."""
    if isinstance(made, Image.Image):
        return made
    while True:
        try:
            next(made)
        except StopIteration as end:
            image: Image.Image = end.value
            return image
        between()


def premultiplied_portions(image: Image.Image, function: Callable[[Image.Image], Portions]) -> Portions:
    """As `premultiplied`, for a function of portions."""
    mode = PREMULTIPLIED.get(image.mode)
    if not mode:
        return (yield from function(image))
    return (yield from function(image.convert(mode))).convert(image.mode)


def banded(image: Image.Image, function: Callable[[Image.Image], Image.Image]) -> Made:
    """Apply `function`, for which each pixel is alone, to rows at a time where there are many."""
    rows = max(1, _BAND // image.width)
    return function(image) if rows >= image.height else _in_bands(image, function, rows)


def _in_bands(image: Image.Image, function: Callable[[Image.Image], Image.Image], rows: int) -> Portions:
    found = image.copy()
    for top in range(0, image.height, rows):
        yield
        part = image.crop((0, top, image.width, min(top + rows, image.height)))
        found.paste(function(part), (0, top))
    return found
