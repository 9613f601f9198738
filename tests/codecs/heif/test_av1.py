import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.av1 import admit, nclx
from imgsvc.errors import ResolutionError


def unit(bits: str) -> bytes:
    """A sequence header of these bits."""
    bits = bits.replace(" ", "")
    bits += "0" * (-len(bits) % 8)
    content = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    return bytes([1 << 3 | 2, len(content)]) + content


# Profile, still, reduced, level; eight bits for a side; 200 x 100.
REDUCED = "000 1 1 00000 0111 0111 11000111 01100011"
# No timing, no display delay, one operating point of a level over 7 with its tier.
WHOLE = "000 0 0 0 0 00000 000000000000 01000 0 0111 0111 11000111 01100011"
# Timing with a decoder model of delays of two bits, for a point that has one.
TIMED = (
    f"000 0 0 1 {'0' * 64} 0 1 00001 {'0' * 42} 1 00000 000000000000 00000 1 00000 1 0000 0111 0111 11000111 01100011"
)


@pytest.mark.parametrize("bits", [REDUCED, WHOLE, TIMED], ids=["reduced", "whole", "timed"])
def test_the_size_is_that_of_the_sequence(bits: str) -> None:
    admit(b"\x12\0" + unit(bits), Extent(200 * 100), int)

    with pytest.raises(ResolutionError, match="200x100"):
        admit(b"\x12\0" + unit(bits), Extent(200 * 100 - 1), int)


# Behind the sides: tools, and then eight bits of three channels, which are said to be in 12, 16 and 9.
_COLORS = "0 0 1 00001100 00010000 00001001 1"


@pytest.mark.parametrize(
    "bits",
    [
        f"{REDUCED} 000 000 {_COLORS}",
        # No numbers of frames, no order of them, tools for screens by each frame.
        f"{WHOLE} 0 000 0000 0 1 1 000 {_COLORS}",
        # All of them, no tools for screens.
        f"{TIMED} 1 0000000 000 1111 1 11 0 0 111 000 {_COLORS}",
        # Tools for screens in all frames, steps of whole pixels in none.
        f"{TIMED} 0 000 1111 1 11 0 1 0 0 111 000 {_COLORS}",
    ],
)
def test_its_colors_are_those_of_the_sequence(bits: str) -> None:
    assert nclx(unit(bits)) == b"nclx\0\x0c\0\x10\0\x09\0"


@pytest.mark.parametrize("profile", ["001", "010"])
def test_other_profiles_say_their_channels_otherwise(profile: str) -> None:
    channels = "1" if profile == "001" else "1 1 0"

    found = nclx(unit(f"{profile}{REDUCED[3:]} 000 000 {channels} 1 00001100 00010000 00001001"))

    assert found == b"nclx\0\x0c\0\x10\0\x09\0"


def test_what_says_nothing_of_its_colors_has_none() -> None:
    assert nclx(unit(f"{REDUCED} 000 000 0 0 0 1")) is None
    assert nclx(b"") is None
