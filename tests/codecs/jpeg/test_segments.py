import io

from PIL import Image

from imgsvc.codecs.jpeg.segments import density, exif, profile, with_segments, xmp
from tests.images import encoded, quadrants

BODY = encoded(quadrants(), "jpeg")


def reread(*segments: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(with_segments(BODY, *segments)))
    image.load()
    return image


def test_a_profile_takes_as_many_segments_as_it_needs() -> None:
    body = bytes(range(256)) * 600

    assert reread(profile(body)).info["icc_profile"] == body


def test_what_there_is_not_takes_no_segment() -> None:
    assert profile(b"") == exif(b"") == xmp(b"") == b""


def test_what_does_not_fit_into_a_segment_is_left_out() -> None:
    assert exif(bytes(65_534)) == xmp(bytes(65_510)) == b""
    assert len(exif(bytes(65_533))) == 65_537


def test_dots_per_inch_are_whole_and_never_none() -> None:
    assert reread(density(299.6)).info["dpi"] == (300, 300)
    assert reread(density(0.2)).info["dpi"] == (1, 1)


def test_a_packet_is_found_where_readers_look_for_it() -> None:
    assert reread(xmp(b"<x/>")).info["xmp"] == b"<x/>"
