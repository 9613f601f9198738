import struct

import pytest

from imgsvc.codecs.ico.decoder import image_of
from imgsvc.codecs.ico.header import largest
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.bmp.files import bitmap, icon
from tests.codecs.png.files import chunk, red
from tests.images import BLUE, RED, encoded, quadrants, solid


def test_the_largest_image_is_taken_by_its_own_size() -> None:
    body = icon(encoded(solid(16, 16, RED)), encoded(solid(48, 48, BLUE)), encoded(solid(32, 32, RED)))

    found = largest(body)

    assert found.size == Size(48, 48)
    assert image_of(found).convert("RGB").getpixel((0, 0)) == BLUE


def test_of_equal_images_the_first_is_taken() -> None:
    """As browsers do."""
    body = icon(encoded(solid(16, 16, RED)), encoded(solid(16, 16, BLUE)))

    assert image_of(largest(body)).convert("RGB").getpixel((0, 0)) == RED


def pixels(image: bytes) -> list[tuple[int, ...]]:
    levels = image_of(largest(icon(image))).convert("RGBA").tobytes()
    return [tuple(levels[at : at + 4]) for at in range(0, len(levels), 4)]


@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16, 24])
def test_what_its_mask_covers_is_transparent(bits: int) -> None:
    table = [[9, 9, 9]] * (1 << bits) if bits <= 8 else []

    found = pixels(bitmap([[0, 0]], bits, table=table, mask_rows=[[1, 0]]))

    assert [pixel[3] for pixel in found] == [0, 255]


@pytest.mark.parametrize(
    ("alpha", "opacity"), [((0, 0x40), [0, 0x40]), ((0, 0), [0, 255])], ids=["alpha", "none in any pixel"]
)
def test_alpha_stands_for_the_mask_unless_no_pixel_has_any(alpha: tuple[int, int], opacity: list[int]) -> None:
    rows = [[each << 24 | 0x112233 for each in alpha]]

    assert [pixel[3] for pixel in pixels(bitmap(rows, 32, mask_rows=[[1, 0]]))] == opacity


def test_a_header_that_has_no_mask_for_alpha_has_none() -> None:
    body = bitmap([[0x40112233, 0x40112233]], 32, version=108, mask_rows=[[1, 0]])

    assert [pixel[3] for pixel in pixels(body)] == [0, 255]


def test_without_a_mask_it_is_opaque() -> None:
    whole = bitmap([[0x112233]], 24, mask_rows=[[1]])

    assert pixels(whole[:-4]) == [(0x11, 0x22, 0x33, 255)]


def test_a_length_that_has_no_room_for_the_pixels_is_passed_over() -> None:
    """As in browsers."""
    body = icon(bitmap([[0x112233, 0x112233]], 24, mask_rows=[[1, 0]]))
    found = largest(body[:14] + (30).to_bytes(4, "little") + body[18:])

    assert [image_of(found).getpixel((x, 0)) for x in (0, 1)] == [(0x11, 0x22, 0x33, 0), (0x11, 0x22, 0x33, 255)]


def test_what_lies_behind_an_image_is_no_mask() -> None:
    first = bitmap([[0x112233]], 24, mask_rows=[[1]])[:-4]

    found = image_of(largest(icon(first, bitmap([[0]], 24, mask_rows=[[1]]))))

    assert found.convert("RGBA").getpixel((0, 0)) == (0x11, 0x22, 0x33, 255)


def test_an_icon_of_runs_is_refused() -> None:
    body = bitmap(bytes((1, 0, 0, 1)), 8, size=(1, 2), compression=1, table=[[9, 9, 9]])

    with pytest.raises(UndecodableImageError):
        image_of(largest(icon(body)))


def test_a_png_in_it_is_read_as_any_other() -> None:
    body = icon(red(chunk(b"tEXt", b"Comment\0hello", is_sound=False)))

    assert image_of(largest(body)).getpixel((0, 0)) == (200, 60, 60)


def test_an_icon_of_bitmaps_is_decoded() -> None:
    body = encoded(quadrants(32, 32, "RGBA"), "ico", sizes=[(32, 32)], bitmap_format="bmp")

    found = largest(body)

    assert not found.is_png
    assert image_of(found).convert("RGB").getpixel((31, 0)) == (0, 255, 0)


@pytest.mark.parametrize("body", [b"\0\0\1\0", b"\0\0\1\0\0\0", b"\0\0\1\0\1\0" + bytes(16)])
def test_an_icon_without_images_is_an_error(body: bytes) -> None:
    with pytest.raises((ValueError, struct.error)):
        largest(body)
