import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from imgsvc.codecs.saving import jpeg_room, saved
from imgsvc.options.formats import Format
from tests.images import gradient, noise, quadrants


@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    mode=st.sampled_from(["L", "RGB"]),
    quality=st.integers(1, 100),
    progressive=st.booleans(),
    subsampling=st.sampled_from([0, 2]),
)
@example(width=400, height=400, mode="RGB", quality=100, progressive=True, subsampling=0)
@example(width=1, height=1, mode="RGB", quality=100, progressive=True, subsampling=2)
def test_no_jpeg_is_larger_than_its_room(
    width: int, height: int, mode: str, quality: int, progressive: bool, subsampling: int
) -> None:
    image = noise(width, height, mode)
    room = jpeg_room(image)

    wishes = {"quality": quality, "progressive": progressive, "subsampling": subsampling}
    body = saved(image, Format.JPEG, room=room, optimize=True, **wishes)

    assert len(body) < room


def test_black_and_white_dots_fit_into_their_room_too() -> None:
    image = noise(300, 300).point(lambda level: 255 * (level > 127))

    body = saved(image, Format.JPEG, room=jpeg_room(image), quality=100, subsampling=0, progressive=True, optimize=True)

    assert len(body) > 3 * 300 * 300


def test_a_block_of_metadata_has_its_room() -> None:
    assert jpeg_room(quadrants(), bytes(1000)) == jpeg_room(quadrants()) + 1000


def test_the_room_is_that_of_one_file_alone() -> None:
    usual = ImageFile.MAXBLOCK

    saved(gradient(), Format.JPEG, room=10 * usual)

    assert usual == ImageFile.MAXBLOCK


def test_the_room_ends_with_a_file_that_fails() -> None:
    usual = ImageFile.MAXBLOCK

    with pytest.raises(OSError, match="cannot write mode"):
        saved(Image.new("RGBA", (1, 1)), Format.JPEG, room=10 * usual)

    assert usual == ImageFile.MAXBLOCK


def test_what_is_empty_is_not_written() -> None:
    body = saved(quadrants(), Format.PNG, exif=b"", icc_profile=None)

    assert Image.open(io.BytesIO(body)).info == {}
