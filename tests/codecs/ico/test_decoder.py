import struct

import pytest

from imgsvc.codecs.ico.decoder import image_of
from imgsvc.codecs.ico.header import largest
from imgsvc.options.geometry import Size
from tests.images import BLUE, RED, encoded, quadrants, solid


def icon_of(*payloads: bytes) -> bytes:
    """An icon whose directory says nothing true but where its images are."""
    offset = 6 + 16 * len(payloads)
    head, body = struct.pack("<HHH", 0, 1, len(payloads)), b""
    for payload in payloads:
        head += struct.pack("<BBBBHHII", 1, 1, 0, 0, 1, 32, len(payload), offset + len(body))
        body += payload
    return head + body


def test_the_largest_image_is_taken_by_its_own_size() -> None:
    body = icon_of(encoded(solid(16, 16, RED)), encoded(solid(48, 48, BLUE)), encoded(solid(32, 32, RED)))

    found = largest(body)

    assert found.size == Size(48, 48)
    assert image_of(found).convert("RGB").getpixel((0, 0)) == BLUE


def test_of_equal_images_the_last_is_taken() -> None:
    """As imgproxy does; they are often the same picture, drawn with more care."""
    body = icon_of(encoded(solid(16, 16, RED)), encoded(solid(16, 16, BLUE)))

    assert image_of(largest(body)).convert("RGB").getpixel((0, 0)) == BLUE


def test_an_icon_of_bitmaps_is_decoded() -> None:
    body = encoded(quadrants(32, 32, "RGBA"), "ico", sizes=[(32, 32)], bitmap_format="bmp")

    found = largest(body)

    assert not found.is_png
    assert image_of(found).convert("RGB").getpixel((31, 0)) == (0, 255, 0)


@pytest.mark.parametrize("body", [b"\0\0\1\0", b"\0\0\1\0\0\0", b"\0\0\1\0\1\0" + bytes(16)])
def test_an_icon_without_images_is_an_error(body: bytes) -> None:
    with pytest.raises((ValueError, struct.error)):
        largest(body)
