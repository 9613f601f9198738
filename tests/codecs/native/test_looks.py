"""Looks.c of requirements/pillow-simd.patch: a pixel is what it is wherever it stands; what does not fit is refused."""

from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from imgsvc.transforms.pixels.cielab import saturated
from tests.images import fading, noise

SUMS = np.arange(4 * (255 * 16 + 1), dtype=np.uint16)
LIGHT, LEVELS, SPACE = np.ones(256, np.float32), np.zeros(1 << 14, np.uint8), np.eye(3, dtype=np.float32)
Look = Callable[[Image.Image], Image.Image]
LOOKS: list[Look] = [
    lambda image: saturated(image, 1.7),
    lambda image: image._new(image.im.toned(SUMS, 100)),
]


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("width", [1, 3, 255, 256, 257, 512, 601])
def test_a_pixel_is_the_same_in_a_row_of_any_length(look: Look, width: int) -> None:
    image = noise(601, 3)

    assert look(image.crop((0, 0, width, 3))).tobytes() == look(image).crop((0, 0, width, 3)).tobytes()


@pytest.mark.parametrize("look", LOOKS)
def test_alpha_and_what_was_given_stay(look: Look) -> None:
    image = fading(40, 7)
    before = image.tobytes()

    assert look(image).getchannel("A").tobytes() == image.getchannel("A").tobytes()
    assert image.tobytes() == before


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("mode", ["L", "LA", "CMYK", "F"])
def test_another_mode_is_refused(look: Look, mode: str) -> None:
    with pytest.raises(ValueError, match="mode"):
        look(Image.new(mode, (3, 3)))


@pytest.mark.parametrize(("sums", "share"), [(SUMS[:-1], 0), (SUMS, -1), (SUMS, 257)])
def test_sums_that_would_not_fit_are_refused(sums: np.ndarray, share: int) -> None:
    with pytest.raises(ValueError, match="four sums"):
        noise().im.toned(sums, share)


@pytest.mark.parametrize("short", range(4))
def test_a_table_that_is_too_short_is_refused(short: int) -> None:
    tables = [LIGHT, LEVELS, SPACE, SPACE]
    tables[short] = tables[short][:-1]

    with pytest.raises(ValueError, match="tables"):
        noise().im.saturated(*tables, 2.0)


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), -1e30])
def test_what_is_no_light_has_a_level(strange: float) -> None:
    light = np.full(256, strange, np.float32)

    found = Image.new("RGB", (3, 3))
    found.im = noise().im.saturated(light, LEVELS + np.uint8(7), SPACE, SPACE, strange)

    assert found.getextrema() == ((7, 7),) * 3
