from pathlib import Path

import pytest

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.options.geometry import Size
from samples.draw import meadow
from tests.codecs.files import opened
from tests.images import (
    encoded,
    fading,
    quadrants,
)
from tests.images import opened as shown
from tests.renderers import renderer, rendition


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_webp_is_decoded_at_the_size_that_is_asked_for(mode: str) -> None:
    body = encoded(quadrants(200, 100, mode) if mode == "RGB" else fading(200, 100), "webp", lossless=True)

    frame = opened(body, "webp").decode(DecodeRequest(size=Size(33, 19))).frames[0]

    assert (frame.mode, frame.size) == (mode, (33, 19))


def test_made_little_smaller_one_without_loss_is_as_sharp_as_a_png(tmp_path: Path) -> None:
    for word, options in (("png", {}), ("webp", {"lossless": True})):
        (tmp_path / f"a.{word}").write_bytes(encoded(meadow(300, 200), word, **options))

    png, webp = (rendition(renderer(tmp_path), f"/_/w:200/plain/local:///a.{word}@png") for word in ("png", "webp"))

    assert shown(webp.body).tobytes() == shown(png.body).tobytes()
