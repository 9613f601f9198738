import ctypes

import pytest

from imgsvc.codecs.jxl.structures import BasicInfo, ColorEncoding, ExtraChannel, FrameHeader, PixelFormat


@pytest.mark.parametrize(
    ("structure", "length"),
    [(BasicInfo, 204), (FrameHeader, 56), (ColorEncoding, 104), (ExtraChannel, 44), (PixelFormat, 24)],
)
def test_structures_are_as_long_as_those_of_libjxl(structure: type[ctypes.Structure], length: int) -> None:
    assert ctypes.sizeof(structure) == length
