import struct

import pytest

from imgsvc.codecs.png.colors import space_of
from imgsvc.codecs.spaces.space import BT_709, DISPLAY_P3, SRGB, ColorSpace, gamma
from tests.images import swapped_profile

GAMMA_1 = struct.pack(">I", 100_000)
NUMBERS = bytes((12, 13, 0, 1))
LIGHT = ColorSpace(BT_709, gamma(1.0))


def test_numbers_count_before_all_else() -> None:
    found = space_of({b"cICP": NUMBERS, b"sRGB": b"\0", b"gAMA": GAMMA_1}, swapped_profile())

    assert found == ColorSpace(DISPLAY_P3, SRGB)


@pytest.mark.parametrize(("said", "profile"), [({}, swapped_profile()), ({b"sRGB": b"\0"}, None)])
def test_a_gamma_counts_after_a_profile_and_srgb(said: dict[bytes, bytes], profile: bytes | None) -> None:
    assert space_of({**said, b"gAMA": GAMMA_1}, profile) is None


@pytest.mark.parametrize(
    ("said", "profile"), [({}, b"nonsense" * 20), ({b"sRGB": b""}, None), ({b"cICP": b"\1"}, None)]
)
def test_but_before_what_says_nothing(said: dict[bytes, bytes], profile: bytes | None) -> None:
    assert space_of({**said, b"gAMA": GAMMA_1}, profile) == LIGHT


@pytest.mark.parametrize("encoding", [0, 45_455])
def test_a_gamma_that_nobody_means_is_none(encoding: int) -> None:
    assert space_of({b"gAMA": struct.pack(">I", encoding)}, None) is None


@pytest.mark.parametrize("encoding", [1, 0xFFFFFFFF])
def test_any_gamma_has_a_profile(encoding: int) -> None:
    space = space_of({b"gAMA": struct.pack(">I", encoding)}, None)

    assert space
    assert space.profile()


NO_WHITE, NO_TRIANGLE, OUTSIDE = [0] * 8, [10_000] * 8, [60_000, 10_000, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]


@pytest.mark.parametrize("numbers", [NO_WHITE, NO_TRIANGLE, OUTSIDE, [0xFFFFFFFF] * 8])
def test_primaries_that_are_no_triangle_around_white_leave_nothing_said(numbers: list[int]) -> None:
    assert space_of({b"gAMA": GAMMA_1, b"cHRM": struct.pack(">8I", *numbers)}, None) is None


@pytest.mark.parametrize(
    ("said", "peak"), [({}, 1000), ({b"cLLI": struct.pack(">II", 4_000_000, 0)}, 400), ({b"cLLI": b""}, 1000)]
)
def test_what_is_brighter_than_screens_may_say_by_how_much(said: dict[bytes, bytes], peak: float) -> None:
    space = space_of({b"cICP": bytes((9, 16, 0, 1)), **said}, None)

    assert space
    assert space.peak == peak
