import ctypes

import pytest

from imgsvc.codecs.jxl.structures import BasicInfo, ColorEncoding, ExtraChannel, FrameHeader, PixelFormat


@pytest.mark.parametrize(
    ("structure", "length"),
    [(BasicInfo, 204), (FrameHeader, 56), (ColorEncoding, 104), (ExtraChannel, 44), (PixelFormat, 24)],
)
def test_structures_are_as_long_as_those_of_libjxl(structure: type[ctypes.Structure], length: int) -> None:
    assert ctypes.sizeof(structure) == length


@pytest.mark.parametrize(("primaries", "are_those"), [(1, True), (9, False)])
def test_primaries_are_told_apart(primaries: int, are_those: bool) -> None:
    assert ColorEncoding(white_point=1, primaries=primaries).has_srgb_primaries is are_those
