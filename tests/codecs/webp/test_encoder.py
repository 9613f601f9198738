from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from imgsvc.codecs.picture import Picture
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import WebpCompression, WebpOptions
from tests.codecs.against import SIZES, Figures, figures, made, name_of, recorded
from tests.codecs.animations import ANIMATIONS
from tests.codecs.files import reopened, written
from tests.images import (
    GREEN,
    RED,
    gray_profile,
    quadrants,
    solid,
)


def test_a_gray_profile_is_not_put_on_the_rgb_of_webp() -> None:
    result = written(Picture(frames=(solid(9, 9, 128, "L"),), profile=gray_profile(1.0)), Format.WEBP)

    assert "icc_profile" not in reopened(result).info
    assert reopened(result).convert("L").getpixel((5, 5)) in range(186, 191)


@pytest.mark.parametrize(("opacity", "mode"), [(0, "RGBA"), (255, "RGB")])
def test_an_animation_tells_of_alpha_that_no_written_part_has(opacity: int, mode: str) -> None:
    """libwebp writes a square out of it, at even places, and that is opaque."""
    frames = [Image.new("RGBA", (20, 20), (0, 0, 0, opacity)) for _ in range(2)]
    for frame, color in zip(frames, (RED, GREEN), strict=True):
        frame.paste((*color, 255), (4, 4, 12, 12))

    result = reopened(written(Picture(frames=tuple(frames), delays_ms=(100, 100)), Format.WEBP))

    assert result.mode == mode
    assert result.convert("RGBA").getchannel("A").getpixel((0, 0)) == opacity


@pytest.mark.parametrize("compression", [WebpCompression.LOSSLESS, WebpCompression.NEAR_LOSSLESS])
def test_a_large_picture_is_compressed_without_loss_in_no_more_time_than_there_is(compression: WebpCompression) -> None:
    image = quadrants(2_000, 1_001)
    options = ProcessingOptions(webp_options=WebpOptions(compression))

    with_effort, most = (written(image, Format.WEBP, replace(options, quality=each)).body for each in (80, 100))

    assert with_effort == most or compression is WebpCompression.NEAR_LOSSLESS
    assert reopened(written(image, Format.WEBP, options)).convert("RGB").tobytes() == image.tobytes()


# How much less alike it may look on average: what libwebp makes of levels that are a little others.
LIKENESS = 0.0001
# What is larger, as measured: bytes beside imgproxy's. It loses a thirtieth of what imgproxy's does.
LARGER = {"plot 0 webp": 1.02}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("animation", ANIMATIONS)
def test_an_animation_is_no_larger_than_imgproxy_s_and_looks_the_same(
    animation: str, size: int, tmp_path: Path
) -> None:
    name = name_of(animation, size, "webp")
    theirs: Figures = recorded()[name]

    ours = figures(animation, made(tmp_path, animation, size, "webp"))

    assert ours.bytes <= theirs.bytes * LARGER.get(name, 1)
    assert ours.likeness >= theirs.likeness - LIKENESS


def test_frames_of_few_colors_lose_nothing_where_that_is_smaller(tmp_path: Path) -> None:
    assert figures("typing", made(tmp_path, "typing", 0, "webp")).likeness == 1
