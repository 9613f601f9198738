"""Has Pillow's native decoders unpack pixels into an image, and tells how far they came."""

from enum import Enum
from typing import cast

from PIL import Image


class Ending(Enum):
    """How it ended: with the last pixel, or else with what Pillow says then."""

    WHOLE = ""
    EARLY = "not enough image data"
    DAMAGED = "cannot decode image data"


def unpack(into: Image.Image, packed: bytes | memoryview, codec: str, *arguments: object) -> Ending:
    """Fill an image as far as `packed` goes; pixels that do not come stay as they are."""
    try:
        # Any buffer does; Pillow names fewer of them.
        into.frombytes(cast("bytes", packed), codec, *arguments)
    except ValueError as error:
        return Ending(str(error))
    return Ending.WHOLE
