import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.av1 import admit
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
