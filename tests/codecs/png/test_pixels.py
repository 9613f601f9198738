"""Every kind of PNG, held against the specification: sample by sample."""

import random
import struct
import zlib

import pytest
from PIL import Image

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.header import read
from imgsvc.codecs.png.pixels import image_of
from imgsvc.errors import UndecodableImageError
from tests.codecs.png.files import CHANNELS, RED, chunk, head, packed, png, red, samples
from tests.images import encoded, noise

KINDS = [
    (color_type, depth)
    for color_type, depths in {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}.items()
    for depth in depths
]
TABLE = bytes(random.Random(3).randbytes(3 * 256))
LEVELS = bytes(range(0, 256, 3))
PHOTO = noise(64, 64)


def shown(body: bytes) -> Image.Image:
    return to_processing(Picture(frames=(image_of(read(body)),))).frames[0].convert("RGBA")


def expected(pixel: tuple[int, ...], depth: int, color_type: int, transparent: tuple[int, ...] | None) -> list[int]:
    """RGBA of a pixel, in eight bits."""
    if color_type == 3:
        opacity = LEVELS[pixel[0]] if transparent and pixel[0] < len(LEVELS) else 255
        return [*TABLE[3 * pixel[0] :][:3], opacity]
    eight = [sample >> 8 if depth == 16 else sample * 255 // ((1 << depth) - 1) for sample in pixel]
    alpha = eight.pop() if color_type in (4, 6) else 0 if pixel == transparent else 255
    return [*(eight * 3 if len(eight) == 1 else eight), alpha]


@pytest.mark.parametrize("is_interlaced", [False, True], ids=["plain", "interlaced"])
@pytest.mark.parametrize("has_transparency", [False, True], ids=["opaque", "transparent"])
@pytest.mark.parametrize(("color_type", "depth"), KINDS)
def test_every_pixel_is_as_the_specification_says(
    color_type: int, depth: int, has_transparency: bool, is_interlaced: bool
) -> None:
    dice = random.Random(depth)
    few = [tuple(dice.randrange(1 << depth) for _ in range(CHANNELS[color_type])) for _ in range(3)]
    # As near to the transparent color as can be.
    few.append((*few[0][:-1], few[0][-1] ^ 1))
    pixels = [[few[(x * 5 + y * 3) % 4] for x in range(13)] for y in range(11)]
    transparent = few[0] if has_transparency and color_type in (0, 2, 3) else None
    before = [chunk(b"PLTE", TABLE[: 3 << depth])] if color_type == 3 else []
    if transparent:
        color = struct.pack(f">{len(few[0])}H", *few[0])
        before.append(chunk(b"tRNS", LEVELS[: 1 << depth] if color_type == 3 else color))

    found = shown(samples(pixels, *before, depth=depth, color_type=color_type, is_interlaced=is_interlaced))

    wanted = [level for row in pixels for pixel in row for level in expected(pixel, depth, color_type, transparent)]
    assert list(found.tobytes()) == wanted


def test_a_transparent_color_that_no_pixel_can_have_makes_none_transparent() -> None:
    body = samples([[(1,), (2,)]], chunk(b"tRNS", b"\0\x15"), depth=4, color_type=0)

    assert shown(body).getchannel("A").getextrema() == (255, 255)


def test_an_index_beyond_the_table_has_its_last_color() -> None:
    body = samples([[(0,), (1,), (3,)]], chunk(b"PLTE", bytes((9, 9, 9, *RED))), depth=2, color_type=3)

    assert [shown(body).getpixel((x, 0)) for x in (1, 2)] == [(*RED, 255)] * 2


@pytest.mark.parametrize(
    ("levels", "shown_levels"), [(b"\x07", (7, 255, 255)), (b"\x07\x09", (7, 9, 9)), (b"\x07\x09\x20", (7, 9, 9))]
)
def test_an_index_beyond_the_table_is_as_opaque_as_its_last_color(levels: bytes, shown_levels: tuple[int, ...]) -> None:
    table = chunk(b"PLTE", bytes((9, 9, 9, *RED)))
    body = samples([[(0,), (1,), (2,)]], table, chunk(b"tRNS", levels), depth=2, color_type=3)

    assert tuple(shown(body).getchannel("A").tobytes()) == shown_levels


@pytest.mark.parametrize(
    "body",
    [
        png(1, 1, packed(b"\0\0"), color_type=3),
        png(1, 1, packed(b"\0\0"), depth=2, color_type=2),
        png(8, 8, packed(b"\x09" + bytes(24))),
        png(8, 8, packed(bytes(20))),
        png(8, 8),
    ],
    ids=["no palette", "no such depth", "no such filter", "less than a row", "no pixels"],
)
def test_what_cannot_be_shown_is_not_an_empty_picture(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        image_of(read(body))


def test_of_a_file_that_ends_early_the_rest_is_black() -> None:
    body = encoded(PHOTO, "png")

    found = image_of(read(body[: len(body) // 2]))

    assert (found.getpixel((63, 63)), found.crop((0, 0, 64, 1)).getcolors(1)) == ((0, 0, 0), None)


@pytest.mark.parametrize(("rows", "comes"), [(0.5, False), (1, True), (3.5, True)])
@pytest.mark.parametrize("is_interlaced", [False, True], ids=["plain", "interlaced"])
def test_a_row_is_there_or_is_not(rows: float, comes: bool, is_interlaced: bool) -> None:
    """An interlaced picture begins with a row of every eighth pixel."""
    packer, row = zlib.compressobj(0), 1 + (3 * 13 if is_interlaced else 3 * 100)
    content = packer.compress(bytes(round(rows * row))) + packer.flush(zlib.Z_SYNC_FLUSH)
    body = head(100, 100, tail=bytes((0, 0, is_interlaced))) + chunk(b"IDAT", content)

    try:
        came = bool(image_of(read(body)))
    except UndecodableImageError:
        came = False

    assert came is comes


def test_damaged_pixels_are_no_picture() -> None:
    """A block of a kind that there is not, behind two rows."""
    content = b"\x78\x01\0" + struct.pack("<HH", 50, 0xFFFF - 50) + bytes(50) + b"\xff" * 9

    with pytest.raises(UndecodableImageError):
        image_of(read(png(8, 8, chunk(b"IDAT", content))))


def test_pixels_that_are_packed_otherwise_are_no_picture() -> None:
    packer = zlib.compressobj(wbits=-15)
    content = packer.compress(bytes(8 * 25)) + packer.flush()

    with pytest.raises(UndecodableImageError):
        image_of(read(png(8, 8, chunk(b"IDAT", content))))


@pytest.mark.parametrize("side", [8, 300])
def test_of_a_whole_picture_a_wrong_checksum_does_not_matter(side: int) -> None:
    content = zlib.compress((b"\0" + bytes(RED) * side) * side)[:-4] + b"abcd"

    assert image_of(read(png(side, side, chunk(b"IDAT", content)))).getcolors() == [(side * side, RED)]


def test_pixels_may_lie_in_any_number_of_chunks() -> None:
    content = zlib.compress((b"\0" + bytes(RED) * 8) * 8)
    parts = [chunk(b"IDAT", part) for part in (b"", content[:5], b"", content[5:], b"")]

    assert image_of(read(png(8, 8, *parts))).getcolors() == [(64, RED)]


def test_a_wrong_checksum_of_a_chunk_of_pixels_does_not_matter() -> None:
    body = red()
    at = body.index(b"IEND") - 8

    assert image_of(read(body[:at] + b"abcd" + body[at + 4 :])).getcolors() == [(64, RED)]
