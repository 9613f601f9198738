import pytest

from imgsvc.codecs.info.outline import Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import outline

XMP = b"<x:xmpmeta/>"


def gif_with_xmp() -> bytes:
    data = images.encoded(images.quadrants(), "gif")
    at = 13 + (3 << (data[10] & 7) + 1)
    trailer = bytes([1, *range(255, -1, -1), 0])
    return data[:at] + b"\x21\xff\x0bXMP DataXMP" + XMP + trailer + data[at:]


def test_a_gif_is_as_large_as_its_canvas() -> None:
    assert outline(images.animated(3, "gif")).stored == Size(16, 12)


def test_xmp_lies_across_the_blocks_of_a_gif() -> None:
    assert outline(gif_with_xmp()).xmp == XMP


def test_xmp_of_a_gif_is_left_where_nobody_wants_it() -> None:
    assert outline(gif_with_xmp(), Wanted(xmp=False)).xmp == b""


def test_a_color_that_is_seen_through_is_alpha() -> None:
    assert outline(images.encoded(images.quadrants(), "gif", transparency=0)).has_alpha
    assert not outline(images.encoded(images.quadrants(), "gif")).has_alpha


def test_rows_of_a_bmp_may_go_downwards() -> None:
    data = images.encoded(images.quadrants(40, 20), "bmp")

    assert outline(data[:22] + (-20).to_bytes(4, "little", signed=True) + data[26:]).stored == Size(40, 20)


@pytest.mark.parametrize("data", [b"GIF89a\1", b"BM" + bytes(40)])
def test_a_file_that_ends_in_its_header_is_none(data: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        outline(data)
