"""How waves of a JPEG are rounded (JpegWaves.h in requirements/pillow-simd.patch); Pillow's word for it is `smooth`."""

import io

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.images import noise

STEP = 100


def decoded(image: Image.Image, least: int, quality: int = 80, subsampling: int = 0) -> NDArray[np.int64]:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=quality, subsampling=subsampling, smooth=-least)
    return np.asarray(Image.open(file), np.int64)


def wave(steps: float) -> Image.Image:
    """Eight rows of one wave across, that comes to so many steps of 100."""
    levels = 128 + steps * STEP / np.sqrt(32) * np.cos((2 * np.arange(8) + 1) * np.pi / 16)
    return Image.fromarray(np.tile(np.rint(levels).astype(np.uint8), (8, 1)))


def shown(image: Image.Image, least: int) -> NDArray[np.int64]:
    file = io.BytesIO()
    image.save(file, "JPEG", qtables=[[STEP] * 64], quality=-1, smooth=-least)
    return np.asarray(Image.open(file), np.int64)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("subsampling", [0, 2])
@pytest.mark.parametrize("quality", [30, 95])
def test_rounded_at_half_a_step_a_picture_loses_what_it_loses_by_libjpeg(
    mode: str, subsampling: int, quality: int
) -> None:
    image = noise(45, 30, mode)
    before = np.asarray(image, np.int64)

    ours, theirs = (abs(decoded(image, least, quality, subsampling) - before).mean() for least in (50, 0))

    assert ours == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize(("steps", "is_kept"), [(0.4, False), (0.6, False), (0.7, True), (-0.6, False), (-0.7, True)])
def test_a_wave_of_less_than_is_asked_for_is_left_out(steps: float, is_kept: bool) -> None:
    found = shown(wave(steps), 65)

    assert (np.ptp(found) > 0) == is_kept


def test_what_is_kept_is_the_nearest_whole_number_of_steps() -> None:
    assert (shown(wave(1.6), 65) == shown(wave(2.0), 0)).all()


def test_the_mean_of_a_block_is_never_left_out() -> None:
    # 0.6 of a step of 100, an eighth of which is a level.
    assert shown(Image.new("L", (8, 8), 136), 65).min() > 128
