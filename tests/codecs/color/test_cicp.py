import struct

import pytest
from PIL import Image

from imgsvc.codecs.color.cicp import profile_of
from imgsvc.codecs.color.conversion import is_usable, to_result
from imgsvc.codecs.picture import Picture


def nclx(primaries: int, curve: int) -> bytes:
    """Behind them the matrix, and whether black is 0."""
    return b"nclx" + struct.pack(">HHHB", primaries, curve, 6, 0x80)


@pytest.mark.parametrize(
    ("primaries", "curve", "shown"),
    [
        (9, 13, (246, 0, 100)),
        (9, 14, (246, 0, 100)),
        (12, 13, (217, 48, 99)),
        (12, 4, (219, 44, 99)),
        (6, 6, (195, 70, 100)),
        (5, 1, (204, 64, 100)),
        (1, 4, (201, 62, 100)),
        (1, 8, (229, 137, 168)),
    ],
)
def test_colors_by_numbers_are_shown_as_in_chromium(primaries: int, curve: int, shown: tuple[int, int, int]) -> None:
    picture = Picture((Image.new("RGB", (1, 1), (200, 64, 100)),), profile=profile_of(nclx(primaries, curve)))

    found = to_result(picture, keep_profile=False).frames[0].getpixel((0, 0))

    assert isinstance(found, tuple)
    assert all(abs(a - b) <= 1 for a, b in zip(found, shown, strict=True))


def test_the_profile_is_one_that_a_result_can_keep() -> None:
    assert is_usable(profile_of(nclx(12, 13)), "RGB")


@pytest.mark.parametrize(("primaries", "curve"), [(1, 13), (2, 2), (1, 1), (1, 6)])
def test_what_is_shown_as_srgb_has_no_profile(primaries: int, curve: int) -> None:
    assert profile_of(nclx(primaries, curve)) is None


@pytest.mark.parametrize("said", [None, b"", b"nclx", b"prof" + bytes(200), nclx(9, 16), nclx(99, 13)])
def test_what_no_profile_says_has_none(said: bytes | None) -> None:
    assert profile_of(said) is None
