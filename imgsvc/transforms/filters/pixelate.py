"""Pixelate: blocks of one color each."""

from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.planning.plan import Plan
from imgsvc.transforms.scale import averaged


def pixelate(image: Image.Image, plan: Plan) -> Image.Image:
    """Average blocks of the planned side."""
    return pixelated(image, plan.pixelate)


def pixelated(image: Image.Image, side: int) -> Image.Image:
    """The image in blocks of `side`; itself where that is a pixel."""
    # A block that is larger than the image shows no more than one as large as it.
    block = Size(min(side, image.width), min(side, image.height))
    if max(block) <= 1:
        return image
    whole = _completed(image, block)
    # COMPAT: each channel for itself, as in libvips: the black of what is transparent darkens a block at an edge.
    large = averaged(whole, block).resize(whole.size, Image.Resampling.NEAREST)
    return large.crop((0, 0, *image.size))


def _completed(image: Image.Image, block: Size) -> Image.Image:
    """The image with its right and bottom edge mirrored until the blocks come out even."""
    width, height = image.size
    right, bottom = -width % block.width, -height % block.height
    if not right and not bottom:
        return image
    whole = Image.new(image.mode, (width + right, height + bottom))
    whole.paste(image, (0, 0))
    if right:
        strip = whole.crop((width - right, 0, width, height))
        whole.paste(strip.transpose(Image.Transpose.FLIP_LEFT_RIGHT), (width, 0))
    if bottom:
        strip = whole.crop((0, height - bottom, width + right, height))
        whole.paste(strip.transpose(Image.Transpose.FLIP_TOP_BOTTOM), (0, height))
    return whole
