import pytest

from imgsvc.codecs.opened import DecodeRequest
from tests.codecs.files import frame_of, opened
from tests.images import RED, animated, encoded, solid


@pytest.mark.parametrize(("most", "count"), [(1, 1), (2, 2), (9, 3)])
def test_an_avif_is_animated_as_far_as_is_asked_for(most: int, count: int) -> None:
    body = animated(3, "avif", width=32, height=32)

    assert len(opened(body, "avif").decode(DecodeRequest(max_frames=most)).frames) == count


@pytest.mark.parametrize("word", ["avif", "heic"])
def test_a_still_picture_has_its_color(word: str) -> None:
    red, green, blue = frame_of(encoded(solid(32, 32, RED), word), word).getpixel((9, 9))

    assert red > 240 > 15 > max(green, blue)
