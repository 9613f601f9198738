import pytest
from PIL import Image

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jxl.header import BOXES, JxlColors, jxl_colors, jxl_header, survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.images import encoded, fading, solid


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (40, 20), (257, 256), (1000, 3), (300, 200), (640, 360), (20, 9000)])
@pytest.mark.parametrize("boxed", [False, True], ids=["bare", "in boxes"])
def test_the_size_is_read_from_the_header(size: tuple[int, int], boxed: bool) -> None:
    body = encoded(solid(*size), "jxl", use_container=boxed)

    assert jxl_header(body).size == Size(*size)


def test_a_huge_size_is_read_as_well() -> None:
    # 2^30 pixels a side in the long form of the size header, with all else at its defaults.
    bits = sum(value << shift for value, shift in ((0, 0), (3, 1), (2**30 - 1, 3), (1, 33), (1, 36)))

    assert jxl_header(b"\xff\x0a" + bits.to_bytes(8, "little")).size == Size(2**30, 2**30)


@pytest.mark.parametrize("length", range(4))
def test_a_header_cut_short_is_an_error(length: int) -> None:
    body = encoded(solid(300, 200), "jxl")[:length]

    with pytest.raises(EOFError):
        jxl_header(body)


def test_a_box_that_ends_before_it_begins_is_an_error() -> None:
    body = b"\0\0\0\x0cJXL \r\n\x87\n" + b"\0\0\0\x02jxlc"

    with pytest.raises(ValueError, match="2 bytes"):
        jxl_header(body)


@pytest.mark.parametrize("boxed", [False, True])
def test_the_size_is_that_of_the_header(boxed: bool) -> None:
    assert survey(encoded(fading(41, 23), "jxl", use_container=boxed), Extent()).size == Size(41, 23)


def test_boxes_are_bounded() -> None:
    body = encoded(fading(41, 23), "jxl", use_container=True) + b"\0\0\0\x08free" * (BOXES.most + 1)

    with pytest.raises(UndecodableImageError, match="jxl boxes"):
        survey(body, Extent())


def test_extra_channels_are_bounded() -> None:
    """Nine of them: sizes of eight and no orientation, eight bits, then the count."""
    fields = ((1, 1), (0, 5), (1, 3), (0, 1), (0, 1), (0, 1), (0, 2), (0, 1), (2, 2), (7, 4))
    bits = at = 0
    for value, count in fields:
        bits, at = bits | value << at, at + count

    with pytest.raises(UndecodableImageError, match="extra channels"):
        survey(b"\xff\x0a" + bits.to_bytes(9, "little"), Extent())


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("L", JxlColors(is_gray=True)),
        ("LA", JxlColors(is_gray=True, has_alpha=True)),
        ("RGB", JxlColors()),
        ("RGBA", JxlColors(has_alpha=True)),
    ],
)
def test_what_its_samples_are_is_read_as_well(mode: str, expected: JxlColors) -> None:
    assert jxl_colors(encoded(Image.new(mode, (40, 20)), "jxl")) == expected


# The beginnings of files by cjxl 0.7 of a gray PNG of 16 bits and a PFM, lossy and without loss.
@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        ("ff0a9870fc24c585", JxlColors(16, is_gray=True)),
        ("ff0a9870fc00c585", JxlColors(16, is_gray=True)),
        ("ff0a98707209c585", JxlColors(32, is_float=True)),
    ],
)
def test_of_more_than_eight_bits_too(stream: str, expected: JxlColors) -> None:
    assert jxl_colors(bytes.fromhex(stream)) == expected


def test_samples_that_are_not_said_to_the_end_are_an_error() -> None:
    body = encoded(Image.new("LA", (40, 20)), "jxl")

    with pytest.raises(EOFError):
        jxl_colors(body[:5])
