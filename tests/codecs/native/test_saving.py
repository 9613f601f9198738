import io

import pytest
from PIL import Image, ImageFile

from imgsvc.codecs.native.saving import saved
from tests.images import gradient, quadrants


def test_the_room_is_that_of_one_file_alone() -> None:
    usual = ImageFile.MAXBLOCK

    saved(gradient(), "JPEG", room=10 * usual)

    assert usual == ImageFile.MAXBLOCK


def test_the_room_ends_with_a_file_that_fails() -> None:
    usual = ImageFile.MAXBLOCK

    with pytest.raises(OSError, match="cannot write mode"):
        saved(Image.new("RGBA", (1, 1)), "JPEG", room=10 * usual)

    assert usual == ImageFile.MAXBLOCK


def test_what_is_empty_is_not_written() -> None:
    body = saved(quadrants(), "PNG", exif=b"", icc_profile=None)

    assert Image.open(io.BytesIO(body)).info == {}
