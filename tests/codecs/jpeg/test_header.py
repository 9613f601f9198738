import pytest

from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jpeg.header import BYTES_BETWEEN, METADATA_BLOCKS, SCANS, SEGMENTS, read_frame, scan_bytes, survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.faults import bombs
from tests.images import encoded, noise, quadrants, solid


@pytest.mark.parametrize("progressive", [False, True])
def test_the_frame_header_is_read(progressive: bool) -> None:
    frame = read_frame(encoded(quadrants(), "jpeg", progressive=progressive), Extent())

    assert (frame.size, frame.is_progressive, frame.is_buffered) == (Size(40, 20), progressive, progressive)
    assert (frame.unit, frame.scanned) == (Size(16, 16), (1, 2, 3))


def test_what_lies_between_segments_is_passed_over() -> None:
    body = encoded(quadrants(), "jpeg")

    assert survey(body[:2] + b"ab\xff\xff" + body[2:], Extent()).size == Size(40, 20)


@pytest.mark.parametrize("body", [b"\xff\xd8\xff\xd9", b"\xff\xd8\xff\xda" + bytes(9), b"\xff\xd8abc"])
def test_without_a_frame_and_a_scan_there_is_no_picture(body: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        survey(body, Extent())


def test_scans_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="jpeg scans"):
        survey(bombs.scans(SCANS.most, quadrants()), Extent())


def test_over_a_large_picture_fewer_scans_are_let_through() -> None:
    body = bombs.scans(89, solid(4200, 4200))

    with pytest.raises(UndecodableImageError, match="scans over 4200x4200"):
        survey(body, Extent())


def test_segments_are_bounded() -> None:
    body = encoded(quadrants(), "jpeg")
    many = b"\xff\xfe\0\2" * (SEGMENTS.most + 1)

    with pytest.raises(UndecodableImageError, match="jpeg segments"):
        survey(body[:2] + many + body[2:], Extent())


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("image", [solid(200, 100, (128, 128, 128)), noise(200, 100)], ids=["gray", "noise"])
def test_no_scan_is_shorter_than_the_least_that_it_can_be(image, progressive: bool) -> None:
    body = encoded(image, "jpeg", progressive=progressive, optimize=True)
    frame = read_frame(body, Extent())

    assert scan_bytes(body, frame, frame.least_bytes(100)) == frame.least_bytes(100) > 0


def test_bytes_between_segments_are_bounded() -> None:
    body = encoded(quadrants(), "jpeg")

    with pytest.raises(UndecodableImageError, match="between segments"):
        survey(body[:2] + b"\xff" * (BYTES_BETWEEN.most + 1) + body[2:], Extent())


@pytest.mark.parametrize("segment", [b"\xff\xe1\0\x08Exif\0\0", b"\xff\xed\0\x02"], ids=["exif", "photoshop"])
def test_blocks_of_metadata_are_bounded(segment: bytes) -> None:
    body = encoded(quadrants(), "jpeg")

    with pytest.raises(UndecodableImageError, match="blocks of metadata"):
        survey(body[:2] + segment * (METADATA_BLOCKS.most + 1) + body[2:], Extent())


def test_what_lies_behind_the_picture_is_no_scan() -> None:
    """Telephones put a film there."""
    body = encoded(quadrants(), "jpeg", progressive=True)

    assert survey(body + b"\xff\xda\0\x08" * 999, Extent()).size == Size(40, 20)


def test_an_end_within_a_comment_ends_nothing() -> None:
    body = bombs.scans(SCANS.most, quadrants())
    second = body.index(b"\xff\xda", body.index(b"\xff\xda") + 2)

    with pytest.raises(UndecodableImageError, match="jpeg scans"):
        survey(body[:second] + b"\xff\xfe\0\4\xff\xd9" + body[second:], Extent())
