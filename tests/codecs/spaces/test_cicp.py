import struct
from collections.abc import Callable

import pytest
from PIL import Image

from imgsvc.codecs.color.conversion import to_result
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.spaces.cicp import cicp_of, of_cicp, of_nclx
from imgsvc.codecs.spaces.space import BT_709, SRGB, ColorSpace


def nclx(primaries: int, curve: int) -> bytes:
    """Behind them the matrix, and whether black is 0."""
    return b"nclx" + struct.pack(">HHHB", primaries, curve, 6, 0x80)


def cicp(primaries: int, curve: int) -> bytes:
    return bytes((primaries, curve, 0, 1))


# Chromium 156's readings of (200, 64, 100).
@pytest.mark.parametrize(
    ("primaries", "curve", "shown"),
    [
        (9, 13, (246, 0, 100)),
        (9, 14, (246, 0, 100)),
        (12, 13, (217, 48, 99)),
        (12, 2, (217, 48, 99)),
        (12, 4, (219, 44, 99)),
        (6, 6, (195, 70, 100)),
        (5, 1, (204, 64, 100)),
        (4, 13, (235, 59, 97)),
        (8, 13, (226, 44, 98)),
        (10, 13, (255, 0, 115)),
        (11, 13, (212, 48, 99)),
        (22, 13, (202, 72, 100)),
        (9, 5, (234, 0, 75)),
        (9, 7, (251, 33, 116)),
        (9, 17, (248, 0, 86)),
        (1, 4, (201, 62, 100)),
        (1, 8, (229, 137, 168)),
    ],
)
def test_colors_by_numbers_are_shown_as_in_chromium(primaries: int, curve: int, shown: tuple[int, int, int]) -> None:
    assert shown_as(of_nclx(nclx(primaries, curve))) == pytest.approx(shown, abs=2)


@pytest.mark.parametrize("curve", [1, 6, 11, 14, 15])
def test_television_has_its_own_curve_in_png(curve: int) -> None:
    assert shown_as(of_cicp(cicp(9, curve))) == pytest.approx((243, 0, 91), abs=2)


def shown_as(space: ColorSpace | None) -> object:
    assert space
    picture = Picture((Image.new("RGB", (1, 1), (200, 64, 100)),), profile=space.profile())
    return to_result(picture, keep_profile=False).frames[0].getpixel((0, 0))


@pytest.mark.parametrize(("primaries", "curve"), [(1, 13), (2, 2), (1, 1), (1, 6)])
def test_what_an_avif_says_of_srgb_is_srgb(primaries: int, curve: int) -> None:
    assert of_nclx(nclx(primaries, curve)) == ColorSpace(BT_709, SRGB)


@pytest.mark.parametrize(("read", "said"), [(of_nclx, nclx), (of_cicp, cicp)])
def test_light_beyond_the_white_of_a_screen_is_known(
    read: Callable[[bytes], ColorSpace], said: Callable[[int, int], bytes]
) -> None:
    assert read(said(9, 16)).is_hdr
    assert read(said(9, 18)).is_hdr
    assert not read(said(9, 13)).is_hdr


@pytest.mark.parametrize("said", [None, b"", b"nclx", b"prof" + bytes(200), nclx(99, 13), nclx(9, 99)])
def test_what_nobody_knows_is_nothing(said: bytes | None) -> None:
    assert of_nclx(said) is None


@pytest.mark.parametrize("said", [b"", b"\x0c\x0d", cicp(2, 13), cicp(12, 2), b"\x0c\x0d\0\0", b"\x0c\x0d\1\1"])
def test_nor_is_what_no_png_may_say(said: bytes) -> None:
    """It has colors, not their differences, and all levels."""
    assert of_cicp(said) is None


@pytest.mark.parametrize("numbers", [(9, 16), (9, 18), (12, 16), (1, 13)])
def test_a_space_is_named_by_the_numbers_that_it_was_read_from(numbers: tuple[int, int]) -> None:
    space = of_cicp(cicp(*numbers))

    assert space
    assert cicp_of(space) == cicp(*numbers)
