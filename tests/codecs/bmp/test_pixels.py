"""Every kind of bitmap, sample by sample; what the headers leave open is as in Chromium 156."""

import random
import struct
import tracemalloc

import pytest
from PIL import Image

from imgsvc.codecs.bmp.header import read
from imgsvc.codecs.bmp.pixels import image_of
from imgsvc.errors import UndecodableImageError
from tests.codecs.bmp.files import ALPHA_32, USUAL_16, USUAL_32, bmp

DICE = random.Random(7)
TABLE = [[DICE.randrange(256) for _ in range(3)] for _ in range(256)]
WIDTH, HEIGHT = 7, 5


def shown(body: bytes) -> Image.Image:
    return image_of(read(body), body).convert("RGBA")


def pixels(image: Image.Image) -> list[tuple[int, ...]]:
    levels = image.tobytes()
    return [tuple(levels[at : at + 4]) for at in range(0, len(levels), 4)]


def numbers(bits: int) -> list[list[int]]:
    return [[DICE.randrange(1 << bits) for _ in range(WIDTH)] for _ in range(HEIGHT)]


def level(number: int, mask: int) -> int:
    """What is behind a mask, of 255."""
    if not mask:
        return 0
    shift = (mask & -mask).bit_length() - 1
    most = mask >> shift
    found = (number & mask) >> shift
    return found >> most.bit_length() - 8 if most > 255 else (found * 255 + most // 2) // most


@pytest.mark.parametrize("is_top_down", [False, True], ids=["from below", "from the top"])
@pytest.mark.parametrize("version", [40, 52, 56, 64, 108, 124])
@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_an_index_has_the_color_of_its_table(bits: int, version: int, is_top_down: bool) -> None:
    rows = numbers(bits)

    found = shown(bmp(rows, bits, version=version, table=TABLE[: 1 << bits], is_top_down=is_top_down))

    assert pixels(found) == [(*TABLE[index], 255) for row in rows for index in row]


@pytest.mark.parametrize("bits", [1, 4, 8])
def test_the_oldest_tables_have_three_bytes_a_color(bits: int) -> None:
    rows = numbers(bits)

    assert pixels(shown(bmp(rows, bits, version=12, table=TABLE[: 1 << bits]))) == [
        (*TABLE[index], 255) for row in rows for index in row
    ]


def test_an_index_beyond_the_table_is_black() -> None:
    assert pixels(shown(bmp([[1, 3]], 2, table=TABLE[:2]))) == [(*TABLE[1], 255), (0, 0, 0, 255)]


@pytest.mark.parametrize(
    ("bits", "compression", "masks"),
    [
        (16, 0, USUAL_16),
        (16, 3, USUAL_16),
        (16, 3, (0xF800, 0x07E0, 0x001F, 0)),
        (16, 3, (0x0F00, 0x00F0, 0x000F, 0)),
        (16, 3, (0x0007, 0x0038, 0x01C0, 0)),
        (16, 3, (0xFF, 0xFF00, 0, 0)),
        (16, 6, (0x7C00, 0x03E0, 0x001F, 0x8000)),
        (16, 6, (0x0F00, 0x00F0, 0x000F, 0xF000)),
        (32, 0, USUAL_32),
        (32, 3, USUAL_32),
        (32, 3, (0xFF, 0xFF00, 0xFF0000, 0)),
        (32, 3, (0xFF000000, 0xFF0000, 0xFF00, 0)),
        (32, 3, (0x3FF00000, 0xFFC00, 0x3FF, 0)),
        (32, 3, (0xF0, 0xF00, 0xF000, 0)),
        (32, 6, ALPHA_32),
        (32, 6, (0xFF000000, 0xFF0000, 0xFF00, 0xFF)),
    ],
)
@pytest.mark.parametrize("is_top_down", [False, True], ids=["from below", "from the top"])
def test_colors_are_behind_their_masks(
    bits: int, compression: int, masks: tuple[int, int, int, int], is_top_down: bool
) -> None:
    rows = numbers(bits)

    found = pixels(shown(bmp(rows, bits, compression=compression, masks=masks, is_top_down=is_top_down)))

    wanted = [
        (*(level(number, mask) for mask in masks[:3]), level(number, masks[3]) if masks[3] else 255)
        for row in rows
        for number in row
    ]
    # Five bits of eight may be rounded.
    assert max(abs(a - b) for pair in zip(found, wanted, strict=True) for a, b in zip(*pair, strict=True)) <= 1


@pytest.mark.parametrize(
    ("version", "compression", "opacity"),
    [(40, 0, 255), (40, 3, 255), (52, 3, 255), (56, 0, 255), (56, 3, 64), (108, 0, 64), (108, 3, 64), (124, 0, 64)],
)
def test_alpha_counts_where_the_header_has_a_mask_for_it(version: int, compression: int, opacity: int) -> None:
    found = shown(bmp([[0x40112233]], 32, version=version, compression=compression, masks=ALPHA_32))

    assert pixels(found) == [(0x11, 0x22, 0x33, opacity)]


@pytest.mark.parametrize("mask", [0x80000000, 0x0F000000, 0x00FF0000, 0xA0000000, 0xFF])
def test_without_compression_a_mask_for_alpha_says_only_that_there_is_some(mask: int) -> None:
    """As in Chromium."""
    found = shown(bmp([[0x40112233]], 32, version=124, masks=(*USUAL_32[:3], mask)))

    assert pixels(found) == [(0x11, 0x22, 0x33, 0x40)]


@pytest.mark.parametrize("bits", [16, 24])
def test_without_compression_fewer_bits_have_no_alpha(bits: int) -> None:
    found = shown(bmp([[0x7FFF]], bits, version=124, masks=(0x7C00, 0x03E0, 0x001F, 0x8000)))

    assert pixels(found)[0][3] == 255


def test_a_mask_of_no_alpha_is_no_alpha() -> None:
    found = shown(bmp([[0x00112233]], 32, version=108, compression=3, masks=USUAL_32))

    assert pixels(found) == [(0x11, 0x22, 0x33, 255)]


def test_masks_in_two_parts_are_refused() -> None:
    with pytest.raises(UndecodableImageError):
        shown(bmp([[0]], 32, compression=3, masks=(0xF0F0, 0xF00, 0xF, 0)))


def test_masks_may_share_bits() -> None:
    """As in Chromium."""
    found = shown(bmp([[0x112233]], 32, version=124, compression=3, masks=(0xFF0000, 0xFF00, 0xFF00, 0xFF)))

    assert pixels(found) == [(0x11, 0x22, 0x22, 0x33)]


@pytest.mark.parametrize("is_top_down", [False, True], ids=["from below", "from the top"])
def test_runs_are_of_the_row_that_comes_first(is_top_down: bool) -> None:
    body = bmp(bytes((2, 1, 0, 0, 2, 2, 0, 1)), 8, size=(2, 2), compression=1, table=TABLE[:3], is_top_down=is_top_down)

    first, second = (*TABLE[1], 255), (*TABLE[2], 255)
    assert pixels(shown(body)) == [first] * 2 + [second] * 2 if is_top_down else [second] * 2 + [first] * 2


@pytest.mark.parametrize("colors", [3, 256])
def test_what_runs_jump_over_is_black(colors: int) -> None:
    stream = bytes((1, 0, 0, 2, 1, 0, 1, 0, 0, 0, 0, 1))

    found = pixels(shown(bmp(stream, 8, size=(3, 2), compression=1, table=TABLE[:colors])))

    color, black = (*TABLE[0], 255), (0, 0, 0, 255)
    assert found == [black] * 3 + [color, black, color]


def test_runs_of_four_bits_are_two_indices_in_turn() -> None:
    body = bmp(bytes((3, 0x12, 0, 1)), 4, size=(3, 1), compression=2, table=TABLE[:16])

    assert pixels(shown(body)) == [(*TABLE[index], 255) for index in (1, 2, 1)]


def test_runs_of_colors_are_as_os2_has_them() -> None:
    stream = bytes((2, 3, 2, 1, 0, 3, 9, 8, 7, 6, 5, 4, 33, 22, 11, 0, 0, 1))

    found = pixels(shown(bmp(stream, 24, size=(5, 1), version=64, compression=4)))

    assert found == [(1, 2, 3, 255), (1, 2, 3, 255), (7, 8, 9, 255), (4, 5, 6, 255), (11, 22, 33, 255)]


def test_gray_stays_gray() -> None:
    gray = [[index] * 3 for index in range(256)]

    modes = [image_of(read(body), body).mode for body in (bmp([[9]], 8, table=gray), bmp([[1]], 1, table=gray[::255]))]

    assert modes == ["L", "1"]


@pytest.mark.parametrize("is_top_down", [False, True], ids=["from below", "from the top"])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16, 24, 32])
def test_rows_that_have_not_come_whole_are_transparent(bits: int, is_top_down: bool) -> None:
    """As in browsers; what only fills up a row may be missing."""
    body = bmp([[1] * 3] * 4, bits, table=TABLE[:2], is_top_down=is_top_down)
    row = -(-3 * bits // 32) * 4

    rows = [shown(body[: len(body) - row - 4]).getpixel((2, y))[3] for y in range(4)]

    assert rows == ([255, 255, 0, 0] if is_top_down else [0, 0, 255, 255])


def test_rows_of_runs_that_have_not_ended_are_transparent() -> None:
    body = bmp(bytes((2, 1, 0, 0, 1, 2)), 8, size=(2, 2), compression=1, table=TABLE[:3])

    assert pixels(shown(body)) == [(0, 0, 0, 0)] * 2 + [(*TABLE[1], 255)] * 2


@pytest.mark.parametrize(("compression", "content"), [(0, bytes(2)), (1, bytes((2, 1)))], ids=["plain", "runs"])
def test_less_than_a_row_is_no_picture(compression: int, content: bytes) -> None:
    body = bmp(content, 8, size=(3, 2), compression=compression, table=TABLE[:3])

    with pytest.raises(UndecodableImageError, match="less than a row"):
        shown(body)


def test_pixels_behind_masks_are_worked_out_some_rows_at_a_time() -> None:
    body = bmp([[0]], 32, compression=3, masks=(0xFF, 0xFF00, 0xFF0000, 0))
    side, head = 1500, len(body) - 4
    large = body[:18] + struct.pack("<ii", side, side) + body[26:head] + struct.pack("<I", 0x332211) * side * side
    tracemalloc.start()

    found = image_of(read(large), large)

    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found.getcolors(), peak < 12 * side * side) == ([(side * side, (0x11, 0x22, 0x33))], True)
