from PIL import Image

from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.images import (
    RED,
    encoded,
    quadrants,
)


def test_a_tiff_obeys_its_orientation_by_itself() -> None:
    body = encoded(quadrants().transpose(Image.Transpose.ROTATE_90), "tiff", tiffinfo={274: 6})

    found = opened(body, "tiff")

    assert (found.header.orientation, found.header.size) == (1, Size(40, 20))
    assert corners(found.decode().frames[0])[0] == RED


def corners(image: Image.Image) -> list[object]:
    """Pixels well inside the four quadrants."""
    rgb = image.convert("RGB")
    return [rgb.getpixel((x, y)) for y in (3, rgb.height - 4) for x in (3, rgb.width - 4)]
