import struct

import pytest

from imgsvc.codecs.spaces.space import (
    BT_709,
    BT_2020,
    DISPLAY_P3,
    HLG,
    LINEAR,
    PQ,
    SRGB,
    ColorSpace,
    Curve,
    peak_of,
)


@pytest.mark.parametrize("curve", [PQ, HLG])
def test_no_profile_says_what_is_brighter_than_screens(curve: Curve) -> None:
    space = ColorSpace(BT_2020, curve)

    assert space.is_hdr
    assert space.profile() is None


def test_srgb_needs_no_profile() -> None:
    assert ColorSpace(BT_709, SRGB).profile() is None


def test_nor_does_gray_with_its_curve() -> None:
    assert ColorSpace(DISPLAY_P3, SRGB).profile(is_gray=True) is None


def test_all_else_has_one() -> None:
    assert ColorSpace(DISPLAY_P3, SRGB).profile()
    assert ColorSpace(BT_709, LINEAR).profile(is_gray=True)


def test_what_is_mapped_is_said_to_be() -> None:
    text = ColorSpace(BT_2020, PQ, peak=400.0).describe()

    assert text == "primaries of BT.2020, curve PQ, up to 400 cd/m², mapped to the range of a screen"


@pytest.mark.parametrize(
    ("level", "screen", "peak"),
    [
        (0.0, b"", 1000),
        (400.0, b"", 400),
        (0.0, struct.pack(">8HII", *[0] * 8, 40_000_000, 50), 4000),
        (0.0, b"short", 1000),
    ],
)
def test_a_peak_is_of_the_content_or_else_of_the_screen_it_was_made_on(
    level: float, screen: bytes, peak: float
) -> None:
    assert peak_of(level, screen) == peak
