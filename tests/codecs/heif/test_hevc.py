import struct

import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.heif.hevc import admit_configuration, admit_units
from imgsvc.errors import ResolutionError


def exponential(number: int) -> str:
    code = f"{number + 1:b}"
    return "0" * (len(code) - 1) + code


def sequence(layers: int = 0) -> bytes:
    """A parameter set of 320 x 240; each layer tells a profile and a level."""
    told = ("11" * layers + "00" * (8 - layers) + "0" * 96 * layers) if layers else ""
    bits = f"0000{layers:03b}1{'0' * 96}{told}" + "".join(map(exponential, (0, 1, 320, 240)))
    bits += "0" * (-len(bits) % 8)
    content = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits), 8))
    # As it is written, with a three behind two zeros.
    return b"\x42\x01" + content.replace(b"\0\0", b"\0\0\3")


@pytest.mark.parametrize("layers", [0, 1, 2])
def test_the_size_is_that_of_the_sequence(layers: int) -> None:
    unit = sequence(layers)
    units = memoryview(struct.pack(">I", len(unit)) + unit)
    admit_units(units, 4, Extent(320 * 240), int)

    with pytest.raises(ResolutionError):
        admit_units(units, 4, Extent(200 * 100), int)


def test_the_size_is_that_of_the_configuration_too() -> None:
    unit = sequence()
    box = bytes(21) + b"\3\1" + b"\x21" + struct.pack(">HH", 1, len(unit)) + unit

    assert admit_configuration(box, Extent(320 * 240), int) == 4
    with pytest.raises(ResolutionError):
        admit_configuration(box, Extent(200 * 100), int)
