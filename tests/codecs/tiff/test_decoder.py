import zlib
from collections.abc import Callable
from typing import Any

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.color.conversion import to_processing
from imgsvc.codecs.picture import Picture
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.codecs.tiff.files import Layout, Samples, blocks_of, row_of, tiff_file, with_directory
from tests.images import RED, encoded, gray_profile, quadrants, solid, swapped_profile

WIDTH, HEIGHT = 21, 18
DEFLATE, LZW = 8, 5
WHITE_IS_ZERO, GRAY, RGB, PALETTE, INKS, YCBCR, CIE_LAB, ICC_LAB = 0, 1, 2, 3, 5, 6, 8, 9
DOWN, ACROSS = (side * 12 for side in numpy.mgrid[0:HEIGHT, 0:WIDTH])
# Every channel of it is another one.
COLORS = numpy.dstack([ACROSS, DOWN, 255 - ACROSS]).astype(numpy.uint8)
ALPHA = (40 + DOWN).astype(numpy.uint8)


def light(levels: Samples) -> Samples:
    """How much of it a level of sRGB stands for."""
    share = levels / 255
    return numpy.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


# How the level of a sample of 8 bits is written in other numbers, and how many bits these have.
NUMBERS: dict[str, tuple[int, Callable[[Samples], Samples]]] = {
    "8": (8, lambda levels: levels),
    "12": (12, lambda levels: levels.astype("u2") << 4),
    "16": (16, lambda levels: levels.astype("u2") << 8),
    "24": (24, lambda levels: levels.astype("u4") << 16),
    "32": (32, lambda levels: levels.astype("u4") << 24),
    "64": (64, lambda levels: levels.astype("u8") << 56),
    "half": (16, lambda levels: light(levels).astype("f2")),
    "float": (32, lambda levels: light(levels).astype("f4")),
    "double": (64, light),
}
PLACES: dict[str, dict[str, Any]] = {
    "strips": {},
    "planes": {"in_planes": True},
    "tiles": {"tile": 16},
    "tiles of planes": {"tile": 16, "in_planes": True},
    "one strip": {"rows": HEIGHT},
    "packed": {"compression": DEFLATE, "compress": lambda data, _: zlib.compress(data)},
    "reversed": {"fill_order": 2},
    "BigTIFF": {"is_big": True},
    "tiles of BigTIFF": {"is_big": True, "tile": 16},
}


def picture_of(body: bytes) -> Picture:
    return opened(body, "tiff").decode()


def levels_of(body: bytes) -> Samples:
    """Those that are worked with."""
    return numpy.asarray(to_processing(picture_of(body)).frames[0]).astype(int)


def differs(body: bytes, expected: Samples) -> int:
    """By how much at most."""
    found = levels_of(body)
    assert found.shape == expected.shape
    return int(abs(found - expected).max())


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", NUMBERS)
def test_a_picture_is_the_same_in_all_numbers_and_places(number: str, place: str, order: str) -> None:
    bits, written = NUMBERS[number]

    body = tiff_file(written(COLORS), Layout(RGB, bits, order, **PLACES[place]))

    assert differs(body, COLORS) <= 1


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("number", NUMBERS)
def test_alpha_is_the_same_in_all_numbers_and_places(number: str, place: str) -> None:
    bits, written = NUMBERS[number]
    alpha = ALPHA / 255 if number in ("half", "float", "double") else written(ALPHA)
    samples = numpy.dstack([written(COLORS), alpha.astype(written(COLORS).dtype)])

    body = tiff_file(samples, Layout(RGB, bits, tags={338: ("H", [2])}, **PLACES[place]))

    assert differs(body, numpy.dstack([COLORS, ALPHA])) <= 1
    assert opened(body, "tiff").header.has_alpha


@pytest.mark.parametrize("in_planes", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 4, 6, 10, 14])
def test_colors_may_have_few_or_odd_bits(bits: int, in_planes: bool) -> None:
    samples = (COLORS.astype(int) * ((1 << bits) - 1) // 255).astype(numpy.uint16)

    body = tiff_file(samples, Layout(RGB, bits, in_planes=in_planes))

    assert differs(body, samples.astype(int) * 255 / ((1 << bits) - 1)) <= 1


@pytest.mark.parametrize("number", ["8", "16", "32"])
@pytest.mark.parametrize("in_planes", [False, True])
def test_inks_are_the_same_in_planes_and_with_alpha(number: str, in_planes: bool) -> None:
    bits, written = NUMBERS[number]
    inks = numpy.dstack([COLORS, numpy.zeros_like(ALPHA)])
    samples = written(numpy.dstack([inks, ALPHA]))

    body = tiff_file(samples, Layout(INKS, bits, in_planes=in_planes, tags={338: ("H", [2])}))

    plain = levels_of(tiff_file(inks, Layout(INKS)))
    assert levels_of(body).shape == (HEIGHT, WIDTH, 4)
    assert differs(body, numpy.dstack([plain, ALPHA])) <= 3


@pytest.mark.parametrize("number", ["8", "16", "32", "half", "float"])
def test_white_may_be_zero(number: str) -> None:
    bits, written = NUMBERS[number]
    gray = COLORS[..., :1]
    is_light = number in ("half", "float")
    samples = (1 - light(gray)).astype(written(gray).dtype) if is_light else written(255 - gray)

    assert differs(tiff_file(samples, Layout(WHITE_IS_ZERO, bits)), gray[..., 0]) <= (2 if number == "half" else 1)


@pytest.mark.parametrize("kind", ["f2", "f4", "f8"])
def test_one_sample_above_white_leaves_the_others_as_they_are(kind: str) -> None:
    samples = light(COLORS[..., :1]).astype(kind)
    samples[0, 0] = 9

    found = levels_of(tiff_file(samples, Layout(GRAY, samples.itemsize * 8)))

    assert (found[0, 0], abs(found[1:] - COLORS[1:, :, 0]).max() <= 1) == (255, True)


def test_gray_floats_of_levels_are_levels() -> None:
    body = tiff_file(COLORS[..., :1].astype(numpy.float32), Layout(GRAY, 32))

    assert differs(body, COLORS[..., 0]) == 0


@pytest.mark.parametrize("factor", [1, 257])
@pytest.mark.parametrize("bits", [1, 2, 4, 8, 16])
def test_a_palette_may_have_levels_of_8_or_of_16_bits(bits: int, factor: int) -> None:
    count = 1 << bits
    colors = numpy.stack([(numpy.arange(count) * step + 9) % 256 for step in (37, 91, 7)])
    indices = (ACROSS * 300 + DOWN) % count

    body = tiff_file(
        indices[..., None].astype(numpy.uint16 if bits == 16 else numpy.uint8),
        Layout(PALETTE, bits, tags={320: ("H", (colors * factor).ravel().tolist())}),
    )

    assert differs(body, colors.T[indices]) == 0


@pytest.mark.parametrize("subsampling", [(1, 1), (2, 1), (1, 2), (2, 2), (4, 2), (4, 4)])
@pytest.mark.parametrize("rows", [8, HEIGHT, 7])
def test_colors_may_be_kept_apart_from_light_and_in_less_detail(subsampling: tuple[int, int], rows: int) -> None:
    levels = numpy.zeros((HEIGHT, WIDTH, 3), numpy.uint8)
    levels[..., 0], levels[..., 1:] = ACROSS, 128

    body = _of_blocks(levels, subsampling, rows)

    assert differs(body, numpy.dstack([ACROSS] * 3)) <= 1


def _of_blocks(levels: Samples, subsampling: tuple[int, int], rows: int) -> bytes:
    strips = [blocks_of(levels[top : top + rows], *subsampling) for top in range(0, HEIGHT, rows)]
    offsets = [8 + sum(map(len, strips[:each])) for each in range(len(strips))]
    tags: dict[int, Any] = {256: ("H", [WIDTH]), 257: ("H", [HEIGHT]), 258: ("H", [8] * 3), 259: ("H", [1])}
    tags |= {262: ("H", [YCBCR]), 273: ("I", offsets), 277: ("H", [3]), 278: ("H", [rows])}
    tags |= {279: ("I", list(map(len, strips))), 530: ("H", subsampling)}
    return with_directory(b"".join(strips), tags)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("photometric", "kind"), [(CIE_LAB, "u1"), (CIE_LAB, "u2"), (ICC_LAB, "u1"), (ICC_LAB, "u2")])
@pytest.mark.parametrize("in_planes", [False, True])
def test_lab_is_shown_in_its_colors(photometric: int, kind: str, in_planes: bool, order: str) -> None:
    shift = 8 * (numpy.dtype(kind).itemsize - 1)
    zero = 128 if photometric == ICC_LAB else 0
    pixels = numpy.array([[[135, (80 + zero) % 256, (67 + zero) % 256], [127, zero, zero]]]).astype(kind) << shift

    body = tiff_file(pixels.astype(kind), Layout(photometric, 8 + shift, order, in_planes=in_planes))

    assert differs(body, numpy.array([[[254, 0, 0], [118, 118, 118]]])) <= 12


# What a LogLuv of two pixels packs: luminance 1 in the color of daylight, each of their four bytes a run of its own.
LIGHT = b"".join(bytes((2, level, level)) for level in (0x40, 0x00, 81, 192))


def test_measured_light_of_one_is_white() -> None:
    frame = picture_of(row_of(LIGHT, bits=16, samples=3, compression=34676, photometric=32845)).frames[0]

    assert (frame.mode, frame.size, min(frame.tobytes()) > 230) == ("RGB", (2, 1), True)


def test_measured_light_has_the_curve_of_srgb() -> None:
    """Each halving of light is 64 less in the second of the four bytes' numbers: a fourth of white is 137 in sRGB."""
    strip = b"".join(bytes((2, level, level)) for level in (0x3E, 0x00, 81, 192))

    frame = picture_of(row_of(strip, bits=16, samples=3, compression=34676, photometric=32845)).frames[0]

    assert frame.getpixel((0, 0)) == pytest.approx((137, 137, 137), abs=12)


def test_thunder_scan_is_gray() -> None:
    frame = picture_of(row_of(b"\xc0\xcf", bits=4, samples=1, compression=32809, photometric=1)).frames[0]

    assert (frame.mode, frame.tobytes()) == ("L", b"\0\xff")


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_an_orientation_is_told_and_not_obeyed(orientation: int, kind: str) -> None:
    samples = numpy.zeros((4, 6, 3), kind)

    found = opened(tiff_file(samples, Layout(RGB, samples.itemsize * 8, tags={274: ("H", [orientation])})), "tiff")

    assert (found.header.orientation, found.header.size, found.decode().size) == (orientation, Size(6, 4), Size(6, 4))


@pytest.mark.parametrize("word", ["raw", "tiff_lzw", "jpeg"])
def test_a_file_of_pillow_is_stored_as_it_says(word: str) -> None:
    body = encoded(quadrants().transpose(Image.Transpose.ROTATE_90), "tiff", tiffinfo={274: 6}, compression=word)

    found = opened(body, "tiff")

    assert (found.header.orientation, found.header.size) == (6, Size(20, 40))
    assert found.decode().frames[0].convert("RGB").getpixel((3, 36)) == pytest.approx(RED, abs=3)


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_profile_and_metadata_are_told(kind: str) -> None:
    tags = {34675: ("B", swapped_profile()), 700: ("B", b"<x:xmpmeta/>"), 33723: ("B", b"\x1c\x02\x50\0\x03Ada")}
    samples = numpy.zeros((4, 6, 3), kind)

    header = opened(tiff_file(samples, Layout(RGB, samples.itemsize * 8, tags=tags, in_planes=True)), "tiff").header

    assert (header.profile, header.metadata.xmp) == (swapped_profile(), b"<x:xmpmeta/>")
    assert header.metadata.iptc.endswith(b"Ada")


def test_what_is_light_already_has_no_profile() -> None:
    body = tiff_file(numpy.zeros((4, 6, 1), numpy.float32), Layout(GRAY, 32, tags={34675: ("B", gray_profile())}))

    assert opened(body, "tiff").header.profile is None


@pytest.mark.parametrize("kind", ["u1", "u2"])
def test_of_a_file_that_is_cut_off_what_there_is_is_shown(kind: str) -> None:
    samples = numpy.full((HEIGHT, WIDTH, 3), 200 if kind == "u1" else 51_200, kind)
    whole = _with_directory_first(samples)

    found = levels_of(whole[: -len(whole) // 3])

    assert (found[0].min(), found[-1].max()) == (200, 0)


def _with_directory_first(samples: Samples) -> bytes:
    """Strips of a row, which begin behind what says so."""
    height, width, count = samples.shape
    bits, row = samples.itemsize * 8, samples[0].nbytes
    tags: dict[int, Any] = {256: ("H", [width]), 257: ("H", [height]), 258: ("H", [bits] * count), 262: ("H", [RGB])}
    tags |= {277: ("H", [count]), 278: ("H", [1]), 279: ("I", [row] * height)}
    length = len(with_directory(b"", {**tags, 273: ("I", [0] * height)}))
    offsets = [length + row * each for each in range(height)]
    return with_directory(b"", {**tags, 273: ("I", offsets)}) + samples.tobytes()


@pytest.mark.parametrize("kind", ["u1", "u2", "f4"])
def test_nothing_of_a_file_is_no_picture(kind: str) -> None:
    samples = numpy.zeros((4, 6, 3), kind)
    body = tiff_file(samples, Layout(RGB, samples.itemsize * 8, tags={273: ("I", [99_999])}))

    with pytest.raises(UndecodableImageError):
        picture_of(body)


def test_the_first_of_several_pages_is_shown() -> None:
    body = encoded(solid(), "tiff", save_all=True, append_images=[solid(9, 9, (0, 0, 255))])

    assert picture_of(body).frames[0].getpixel((0, 0)) == RED
