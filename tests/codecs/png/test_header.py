import struct
import zlib

import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.picture import Metadata
from imgsvc.codecs.png.header import CHUNKS, read, survey
from imgsvc.codecs.png.pixels import image_of
from imgsvc.codecs.spaces.space import DISPLAY_P3, SRGB, ColorSpace
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.codecs.png.files import RED, chunk, head, png, red
from tests.images import encoded, exif, noise, solid, swapped_profile

LARGE = zlib.compress(bytes(2 << 20))
XMP = b"XML:com.adobe.xmp\0"
FRAMES = chunk(b"acTL", struct.pack(">II", 1, 0))


def frame(number: int, width: int) -> bytes:
    """What an animation says of a frame."""
    return FRAMES + chunk(b"fcTL", struct.pack(">IIIIIHHBB", number, width, 8, 0, 0, 1, 10, 0, 0))


# What pixels do not need, and what is wrong with it.
FAULTS = {
    "a text with a wrong checksum": chunk(b"tEXt", b"Comment\0hello", is_sound=False),
    "a profile with a wrong checksum": chunk(b"iCCP", b"x\0\0" + zlib.compress(swapped_profile()), is_sound=False),
    "a transparent color with a wrong checksum": chunk(b"tRNS", struct.pack(">3H", *RED), is_sound=False),
    "a short transparent color": chunk(b"tRNS", b"\0\xc8"),
    "a short gAMA": chunk(b"gAMA", b"\0"),
    "a short cHRM": chunk(b"cHRM", bytes(5)),
    "a short pHYs": chunk(b"pHYs", bytes(3)),
    "an empty sRGB": chunk(b"sRGB", b""),
    "an empty profile": chunk(b"iCCP", b""),
    "a profile without an end of its name": chunk(b"iCCP", b"abc"),
    "a profile that is packed otherwise": chunk(b"iCCP", b"x\0\7abc"),
    "a profile that cannot be unpacked": chunk(b"iCCP", b"x\0\0abc"),
    "a profile of 2 MiB": chunk(b"iCCP", b"x\0\0" + LARGE),
    "a text that is packed otherwise": chunk(b"zTXt", b"k\0\1abc"),
    "a text of 2 MiB": chunk(b"zTXt", b"k\0\0" + LARGE),
    "XMP of 2 MiB": chunk(b"iTXt", XMP + b"\1\0\0\0" + LARGE),
    "XMP that ends in its language": chunk(b"iTXt", XMP + b"\0\0de"),
    "EXIF of 2 MiB": chunk(b"eXIf", bytes(2 << 20)),
    "a text named like a field of Pillow's": chunk(b"tEXt", b"interlace\0yes"),
    "another such text": chunk(b"tEXt", b"transparency\0yes"),
    "an animation without a number of frames": chunk(b"acTL", bytes(3)),
    "a frame out of sequence": frame(5, 8),
    "a frame larger than the picture": frame(0, 1 << 30),
    "a chunk without a proper name": chunk(b"a1 d", b"x"),
    "200 texts": chunk(b"zTXt", b"k\0\0" + LARGE) * 200,
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_in_what_no_pixel_needs_does_not_matter(name: str) -> None:
    found = read(red(FAULTS[name]))

    assert (found.profile, found.metadata, found.has_alpha) == (None, Metadata(), False)
    assert image_of(found).getcolors() == [(64, RED)]


@pytest.mark.parametrize("name", FAULTS)
def test_nor_does_it_behind_the_pixels(name: str) -> None:
    assert image_of(read(red(behind=FAULTS[name]))).getcolors() == [(64, RED)]


@pytest.mark.parametrize("kind", [b"CgBI", b"ABCD"])
def test_a_chunk_that_has_to_be_understood_and_is_not_makes_no_picture(kind: bytes) -> None:
    with pytest.raises(UndecodableImageError, match="cannot be used"):
        read(red(chunk(kind, b"\x50\0\x20\6")))


@pytest.mark.parametrize("broken", [b"IHDR", b"PLTE"])
def test_what_pixels_need_has_to_be_sound(broken: bytes) -> None:
    body = encoded(noise(8, 8).quantize(4), "png")
    at = body.index(broken)

    with pytest.raises(UndecodableImageError, match="cannot be used"):
        read(body[: at + 16] + bytes([body[at + 16] ^ 1]) + body[at + 17 :])


@pytest.mark.parametrize("tail", [b"\1\0\0", b"\0\1\0", b"\0\0\2"], ids=["packed", "filtered", "interlaced"])
def test_pixels_are_packed_in_one_way(tail: bytes) -> None:
    with pytest.raises(UndecodableImageError, match="packed by"):
        read(head(8, 8, tail=tail))


def test_of_two_the_first_counts() -> None:
    colors = [chunk(b"tRNS", struct.pack(">3H", *color)) for color in ((1, 2, 3), RED)]

    assert read(red(*colors)).transparency == struct.pack(">3H", 1, 2, 3)


def test_levels_before_their_table_do_not_count() -> None:
    levels, table = chunk(b"tRNS", b"\0"), chunk(b"PLTE", bytes(6))

    assert read(png(8, 8, levels, table, color_type=3)).transparency is None


@pytest.mark.parametrize("is_unlimited", [False, True])
def test_the_limit_on_profiles_can_be_lifted(is_unlimited: bool) -> None:
    found = read(red(FAULTS["a profile of 2 MiB"]), is_unlimited=is_unlimited)

    assert found.profile == (bytes(2 << 20) if is_unlimited else None)


def test_profile_and_metadata_are_read() -> None:
    block = exif(6)
    body = encoded(solid(), "png", icc_profile=swapped_profile(), exif=block)

    found = read(body)

    assert (found.profile, found.metadata.exif) == (swapped_profile(), block.removeprefix(b"Exif\0\0"))


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        (bytes((12, 13, 0, 1)), ColorSpace(DISPLAY_P3, SRGB).profile()),
        (bytes((1, 13, 0, 1)), None),
        (bytes((12, 13)), swapped_profile()),
    ],
    ids=["Display P3", "sRGB", "too few numbers"],
)
def test_colors_named_by_numbers_count_before_a_profile(numbers: bytes, wanted: bytes | None) -> None:
    """PNG specification, third edition, 4.3; as in Chromium."""
    profile = chunk(b"iCCP", b"name\0\0" + zlib.compress(swapped_profile()))

    assert read(red(profile + chunk(b"cICP", numbers))).profile == wanted


@pytest.mark.parametrize(
    "text", [b"\0\0de\0Titel\0<x/>", b"\1\0\0\0" + zlib.compress(b"<x/>")], ids=["plain", "packed"]
)
def test_xmp_is_found_among_texts(text: bytes) -> None:
    other = chunk(b"iTXt", b"Comment\0\0\0\0\0hello")

    assert read(red(other, chunk(b"iTXt", XMP + text))).metadata.xmp == b"<x/>"


def test_the_size_is_that_of_the_header() -> None:
    assert survey(encoded(noise(7, 5), "png"), Extent()).size == Size(7, 5)


def test_a_file_that_does_not_begin_with_its_header_is_broken() -> None:
    body = red()

    with pytest.raises(UndecodableImageError, match="CgBI"):
        survey(body[:8] + chunk(b"CgBI", b"\x50\0\x20\6") + body[8:], Extent())


def test_chunks_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match=CHUNKS.what):
        survey(red(chunk(b"IDAT", b"") * CHUNKS.most), Extent())
