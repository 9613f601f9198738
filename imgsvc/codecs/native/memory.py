"""Images that share or keep the memory of others: megabytes that need not be copied."""

from PIL import Image


def narrowed(image: Image.Image, width: int, height: int) -> Image.Image:
    """The upper left part of an image, which is used up by it: no pixel moves (requirements/pillow-simd.patch)."""
    if image.size == (width, height):
        return image
    image.im.narrow(width, height)
    # No second image of this memory: one of the two would say a size that it no longer has.
    image._size = (width, height)
    return image


def without_info(image: Image.Image) -> Image.Image:
    """The same pixels, for reading alone, and nothing of what a decoder has found beside them."""
    if not image.info:
        return image
    bare = _sharing(image)
    bare.info = {}
    return bare


def _sharing(image: Image.Image) -> Image.Image:
    """Another image of the same memory."""
    return image._new(image.im)
