import zlib

import pytest
from PIL import Image

from imgsvc.codecs.native.unpacking import Ending, unpack

ROWS = b"".join(b"\0" + bytes([level]) * 8 for level in range(1, 9))
PACKED = zlib.compress(ROWS, 0)


@pytest.mark.parametrize(
    ("packed", "ending"),
    [
        (PACKED, Ending.WHOLE),
        (PACKED[:40], Ending.EARLY),
        (zlib.compress(b"\x09" + ROWS[1:]), Ending.DAMAGED),
    ],
    ids=str,
)
def test_it_is_told_how_unpacking_ended(packed: bytes, ending: Ending) -> None:
    assert unpack(Image.new("L", (8, 8)), packed, "zip", "L", 0) is ending


def test_what_does_not_come_stays_as_it_was() -> None:
    image = Image.new("L", (8, 8), 99)

    unpack(image, PACKED[:40], "zip", "L", 0)

    assert (image.getpixel((0, 0)), image.getpixel((0, 7))) == (1, 99)


def test_what_pillow_says_otherwise_is_an_error() -> None:
    with pytest.raises(ValueError, match="unknown raw mode"):
        unpack(Image.new("L", (8, 8)), PACKED, "zip", "X", 0)
