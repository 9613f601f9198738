import pytest

from imgsvc.codecs.info.outline import Wanted
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests import images
from tests.codecs.info.reading import in_parts, outline


def with_segments(*segments: tuple[int, bytes]) -> bytes:
    """A JPEG with these before its own."""
    data = images.encoded(images.quadrants(), "jpeg")
    more = b"".join(bytes((0xFF, kind)) + (len(content) + 2).to_bytes(2) + content for kind, content in segments)
    return data[:2] + more + data[2:]


def test_of_two_blocks_of_exif_the_first_counts() -> None:
    data = with_segments((0xE1, images.exif(6)), (0xE1, images.exif(3)))

    assert outline(data).orientation == 6


def test_a_long_profile_is_passed_over_unread() -> None:
    data = with_segments(*[(0xE2, bytes(60_000))] * 10, (0xE1, images.exif(8)))
    found, read = in_parts(data)

    assert found is not None
    assert (found.orientation, read < 20_000) == (8, True)


def test_photoshop_s_resources_may_take_several_segments() -> None:
    found = outline(with_segments((0xED, b"Photoshop 3.0\x008BIM"), (0xED, b"Photoshop 3.0\0rest")))

    assert found.photoshop == b"8BIMrest"


def test_photoshop_s_resources_are_not_read_where_nobody_wants_them() -> None:
    data = with_segments((0xED, b"Photoshop 3.0\x008BIM"))

    assert outline(data, Wanted(iptc=False)).photoshop == b""


def test_xmp_is_told_from_exif_by_how_it_begins() -> None:
    assert outline(with_segments((0xE1, b"http://ns.adobe.com/xap/1.0/\0<x/>"))).xmp == b"<x/>"


@pytest.mark.parametrize(("mode", "colorspace", "bands"), [("L", "b-w", 1), ("RGB", "srgb", 3), ("CMYK", "cmyk", 4)])
def test_its_components_say_its_colorspace(mode: str, colorspace: str, bands: int) -> None:
    found = outline(images.encoded(images.solid(mode="RGB").convert(mode), "jpeg"))

    assert (found.colorspace, found.bands, found.stored) == (colorspace, bands, Size(8, 8))


def test_bytes_between_segments_are_passed_over() -> None:
    data = images.encoded(images.solid(), "jpeg")

    assert outline(data[:2] + bytes(5000) + data[2:]).stored == Size(8, 8)


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xd9", b"\xff\xd8", b"\xff\xd8" + bytes(200_000)])
def test_without_a_frame_there_is_no_picture(data: bytes) -> None:
    with pytest.raises(UndecodableImageError):
        outline(data)


def test_more_segments_than_anybody_writes_are_no_picture() -> None:
    with pytest.raises(UndecodableImageError):
        outline(with_segments(*[(0xEA, b"")] * 5000))
