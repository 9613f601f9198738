"""Portions: a step that takes long does a part of its work at a time, so that who runs it can end it in between.

A step knows neither clock nor client. It gives back the image, or else a generator, which stops at each moment at
which it may be ended, and returns the image.
"""

from collections.abc import Callable, Generator

from PIL import Image

from imgsvc.transforms.pixels.alpha import PREMULTIPLIED

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
