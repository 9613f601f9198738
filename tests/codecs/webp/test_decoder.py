import pytest

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.images import (
    encoded,
    fading,
    quadrants,
)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_is_decoded_at_the_size_that_is_asked_for(mode: str) -> None:
    body = encoded(quadrants(200, 100, mode) if mode == "RGB" else fading(200, 100), "webp", lossless=True)

    frame = opened(body, "webp").decode(DecodeRequest(size=Size(33, 19))).frames[0]

    assert (frame.mode, frame.size) == (mode, (33, 19))
