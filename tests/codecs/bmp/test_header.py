import struct

from imgsvc.codecs.bmp.header import sides, survey
from imgsvc.codecs.headers.extent import Extent
from imgsvc.options.geometry import Size
from tests.images import encoded, quadrants


def test_the_size_is_that_of_the_header() -> None:
    assert survey(encoded(quadrants(), "bmp"), Extent()).size == Size(40, 20)


def test_rows_from_the_top_make_the_height_negative() -> None:
    assert sides(struct.pack("<Iii", 40, 8, -6), 0) == (8, 6)


def test_the_oldest_header_has_shorter_sides() -> None:
    assert sides(struct.pack("<IHHHH", 12, 8, 6, 1, 24), 0) == (8, 6)
