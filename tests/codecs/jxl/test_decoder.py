from imgsvc.codecs.opened import DecodeRequest
from tests.codecs.files import opened
from tests.codecs.jxl.files import Kind, animation, still
from tests.images import FRAME_COLORS, exif, fading, noise, solid


def test_what_is_known_before_the_pixels() -> None:
    header = opened(still(fading(30, 20), Kind(orientation=6, exif=exif(6).removeprefix(b"Exif\0\0"))), "jxl").header

    assert (header.size, header.orientation, header.has_alpha, header.frames) == ((20, 30), 1, True, 1)


def test_an_animation_is_known_by_its_header() -> None:
    header = opened(animation([solid(8, 8, color) for color in FRAME_COLORS], [100] * 6), "jxl").header

    assert (header.is_animated, header.frames) == (True, 6)


def test_no_more_frames_are_decoded_than_are_wanted() -> None:
    found = opened(animation([solid(8, 8, color) for color in FRAME_COLORS], [100] * 6), "jxl")

    assert len(found.decode(DecodeRequest(max_frames=2)).frames) == 2


def test_a_picture_is_opened_without_its_pixels() -> None:
    """What they are is found out when they are decoded."""
    body = still(noise(200, 200))

    assert opened(body[:2000], "jxl").header.size == (200, 200)
