import struct

import pytest
from PIL import Image

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.codecs.spaces.space import BT_709, BT_2020, DISPLAY_P3, PQ, SRGB, ColorSpace
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.files import frame_of, opened
from tests.codecs.heif.files import Item, avif, box, clap, heic_picture, imir, irot, picture
from tests.images import BLUE, RED, animated, encoded, exif, gradient, quadrants, solid


@pytest.mark.parametrize(("most", "count"), [(1, 1), (2, 2), (9, 3)])
def test_an_avif_is_animated_as_far_as_is_asked_for(most: int, count: int) -> None:
    body = animated(3, "avif", width=32, height=32)

    assert len(opened(body, "avif").decode(DecodeRequest(max_frames=most)).frames) == count


def test_frames_of_an_avif_are_shown_for_as_long_as_they_say() -> None:
    body = animated(3, "avif", width=32, height=32, delays_ms=[100, 250, 40])

    assert opened(body, "avif").decode(DecodeRequest(max_frames=9)).delays_ms == (100, 250, 40)


@pytest.mark.parametrize("word", ["avif", "heic"])
def test_a_still_picture_has_its_color(word: str) -> None:
    red, green, blue = frame_of(encoded(solid(32, 32, RED), word), word).getpixel((9, 9))

    assert red > 240 > 15 > max(green, blue)


LARGE, SMALL = picture(quadrants(160, 80)), picture(solid(40, 20, BLUE))


@pytest.mark.parametrize(
    ("said", "orientation"),
    [([irot(1)], 8), ([irot(3)], 6), ([imir(0)], 4), ([imir(1)], 2), ([irot(1), imir(0)], 5), ([irot(2)], 3)],
)
def test_how_an_avif_is_turned_is_no_wish_that_can_be_passed_over(
    said: list[tuple[bytes, bytes]], orientation: int
) -> None:
    header = opened(avif(LARGE.said(*said)), "avif").header

    assert (header.orientation, header.turn(auto_rotate=False)) == (orientation, orientation)


def test_an_avif_is_cut_before_it_is_turned() -> None:
    found = opened(avif(LARGE.said(clap(80, 40, -80, -40), irot(1))), "avif")

    frame = found.decode().frames[0]

    assert found.header.size == frame.size == (80, 40)
    assert is_near(frame.getpixel((70, 30)), RED)


@pytest.mark.parametrize(
    "block", [exif(6), b"Exif\0\0MM\0\x2a\xff\xff\xff\xff", bytes(12)], ids=["turns", "cut", "none"]
)
@pytest.mark.parametrize("word", ["avif", "heic"])
def test_exif_neither_turns_a_picture_nor_spoils_it(word: str, block: bytes) -> None:
    body = encoded(quadrants(64, 32), word, exif=exif(1, artist="Ada Lovelace" * 9))
    at = body.index(b"MM\0\x2a") - 6
    damaged = body[:at] + block + body[at + len(block) :]

    found = opened(damaged, word)

    assert found.header.orientation == 1
    assert found.decode().size == (64, 32)


def test_an_avif_with_two_boxes_of_associations_is_read() -> None:
    found = opened(avif(LARGE, SMALL, references=[(b"thmb", 2, 1)], association_boxes=2), "avif")

    assert found.decode().size == (160, 80)


def test_an_avif_with_a_group_that_says_more_than_who_is_in_it_is_read() -> None:
    group = box(b"pymd", bytes(7) + b"\1" + bytes(3) + b"\1" + bytes(3) + b"\1", bytes(10))

    assert frame_of(avif(LARGE, groups=box(b"grpl", group)), "avif").size == (160, 80)


@pytest.mark.parametrize("brands", [(b"mif1", b"avif"), (b"miaf", b"avif"), (b"mif1", b"miaf"), (b"msf1", b"MA1B")])
def test_an_avif_may_have_any_major_brand(brands: tuple[bytes, ...]) -> None:
    assert frame_of(avif(LARGE, brands=brands), "avif").size == (160, 80)


def test_the_item_that_is_shown_need_not_be_the_first() -> None:
    assert is_near(frame_of(avif(LARGE, SMALL, primary=2), "avif").getpixel((9, 9)), BLUE)


def is_near(pixel: object, color: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 25 for a, b in zip(pixel, color, strict=False))


P3 = b"colr", b"nclx\0\x0c\0\x0d\0\6\x80"
PROFILE_OF_P3 = ColorSpace(DISPLAY_P3, SRGB).profile()


def test_colors_that_an_avif_gives_by_numbers_are_a_profile() -> None:
    found = opened(avif(LARGE.said(P3)), "avif")

    assert found.header.profile == found.decode().profile == PROFILE_OF_P3


def test_those_of_a_heic_are_too() -> None:
    body = encoded(quadrants(64, 64), "heic").replace(b"nclx\0\1\0\x0d", b"nclx\0\x0c\0\x0d")

    assert opened(body, "heic").decode().profile == PROFILE_OF_P3


def test_and_those_of_a_sequence() -> None:
    body = animated(2, "avif", width=32, height=32)
    at = body.index(b"nclx", body.index(b"stsd"))

    found = opened(body[: at + 5] + b"\x0c" + body[at + 6 :], "avif")

    assert found.decode(DecodeRequest(max_frames=2)).profile == PROFILE_OF_P3


def test_light_beyond_the_white_of_a_screen_is_said_with_its_peak() -> None:
    said = (b"colr", b"nclx\0\x09\0\x10\0\x09\x80"), (b"clli", struct.pack(">HH", 400, 100))

    found = opened(avif(LARGE.said(*said)), "avif")

    assert found.header.color_space == found.decode().color_space == ColorSpace(BT_2020, PQ, peak=400.0)


def test_in_a_heic_too() -> None:
    body = encoded(quadrants(64, 64), "heic").replace(b"nclx\0\1\0\x0d", b"nclx\0\x09\0\x10")

    assert opened(body, "heic").decode().color_space == ColorSpace(BT_2020, PQ)


# --- thumbnails ------------------------------------------------------------------------------------

BOTH = avif(LARGE, SMALL, references=[(b"thmb", 2, 1)])


def test_a_thumbnail_gives_the_picture_at_its_size() -> None:
    found = opened(BOTH, "avif")

    frame = found.decode(DecodeRequest(size=Size(40, 20))).frames[0]

    assert found.header.thumbnails == ((40, 20),)
    assert is_near(frame.getpixel((9, 9)), BLUE)


def heic(*boxes: int, orientation: int = 1) -> bytes:
    return encoded(quadrants(160, 80), "heic", thumbnails=list(boxes), exif=exif(orientation))


@pytest.mark.parametrize(("orientation", "size"), [(1, (40, 20)), (6, (20, 40)), (3, (40, 20))])
def test_thumbnails_of_a_heic_are_turned_already_as_it_is(orientation: int, size: tuple[int, int]) -> None:
    found = opened(heic(40, orientation=orientation), "heic")

    frame = found.decode(DecodeRequest(size=Size(*size))).frames[0]

    assert found.header.thumbnails == (size,)
    whole = opened(heic(orientation=orientation), "heic").decode().frames[0].resize(size)
    assert is_near(frame.getpixel((4, 4)), whole.getpixel((4, 4)))


def test_a_thumbnail_that_cannot_be_read_is_passed_over() -> None:
    body = avif(LARGE, Item(bytes(9), SMALL.properties), references=[(b"thmb", 2, 1)])

    frame = opened(body, "avif").decode(DecodeRequest(size=Size(40, 20))).frames[0]

    assert frame.size == (40, 20)
    assert is_near(frame.getpixel((4, 4)), RED)


def enforced(body: bytes, word: str) -> Image.Image:
    format_ = Format[word.upper()]
    return open_image(body, format_, DecodeSettings(), enforces_thumbnail=True).decode().frames[0]


@pytest.mark.parametrize(("body", "word"), [(BOTH, "avif"), (heic(40), "heic")], ids=["avif", "heic"])
def test_the_thumbnail_is_the_picture_where_it_is_enforced(body: bytes, word: str) -> None:
    assert enforced(body, word).size == (40, 20)


@pytest.mark.parametrize(
    ("body", "word"),
    [(avif(LARGE), "avif"), (heic(), "heic"), (avif(LARGE, Item(b"", ()), references=[(b"thmb", 2, 1)]), "avif")],
    ids=["avif", "heic", "one that cannot be read"],
)
def test_where_there_is_none_the_picture_is(body: bytes, word: str) -> None:
    assert enforced(body, word).size == (160, 80)


APPLE = b"auxC", bytes(4) + b"urn:com:apple:photo:2020:aux:hdrgainmap\0"
# ISO 21496-1: of three colors, twice the light at most.
MEANING = (
    bytes(5) + b"\x40" + struct.pack(">IIII", 0, 1, 1, 1) + struct.pack(">iIiIIIiIiI", 0, 1, 1, 1, 1, 1, 0, 1, 0, 1)
)
HDR = b"colr", b"nclx" + struct.pack(">HHHB", 9, 16, 9, 0x80)
SCREEN = ColorSpace(BT_709, SRGB)
WHOLE = b"ispe", bytes(4) + struct.pack(">II", 160, 80)


@pytest.mark.parametrize("word", ["avif", "heic"])
@pytest.mark.parametrize("maker", ["Apple", "ISO"])
def test_where_there_is_a_gain_map_the_picture_is_that_for_screens_of_today(word: str, maker: str) -> None:
    code = picture if word == "avif" else heic_picture
    base, levels = (code(image) for image in (quadrants(160, 80), gradient(40, 20).convert("RGB")))
    brands = (b"avif" if word == "avif" else b"heic", b"mif1", b"miaf")
    if maker == "Apple":
        body = avif(base, levels.said(APPLE), references=[(b"auxl", 2, 1)], brands=brands)
    else:
        mapped = Item(MEANING, (WHOLE, HDR), kind=b"tmap")
        body = avif(base, levels, mapped, references=[(b"dimg", 3, 1, 2)], brands=(*brands, b"tmap"))

    found = opened(body, word)

    assert (found.header.color_space or SCREEN, found.header.has_alpha, found.header.frames) == (SCREEN, False, 1)
    assert found.decode().frames[0].tobytes() == opened(avif(base, brands=brands), word).decode().frames[0].tobytes()
