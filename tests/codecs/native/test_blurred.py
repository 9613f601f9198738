"""ResampleBlur.h of requirements/pillow-simd.patch: sums of whole weights; what does not fit is refused."""

import numpy as np
import pytest
from PIL import Image

from imgsvc.options.geometry import Box
from tests.images import noise

ONE = 1 << 14
MIDDLE = np.array([0, ONE, 0], np.int16)
WHOLE = (0, 0, 8, 6)


def blurred(image: Image.Image, kernel: np.ndarray, box: tuple[int, int, int, int]) -> Image.Image:
    return image._new(image.im.blurred(kernel, box))


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "RGBa", "CMYK"])
@pytest.mark.parametrize("width", [1, 3, 16, 17, 61])
def test_a_kernel_of_one_pixel_gives_it_back(mode: str, width: int) -> None:
    image = noise(width, 5, mode)

    assert blurred(image, MIDDLE, (0, 0, width, 5)).tobytes() == image.tobytes()


@pytest.mark.parametrize("shift", [-40, -2, 1, 7, 90])
def test_beside_the_image_its_outermost_pixels_go_on(shift: int) -> None:
    image = noise(8, 6)
    kernel = np.zeros(2 * abs(shift) + 1, np.int16)
    kernel[abs(shift) + shift] = ONE

    found = np.asarray(blurred(image, kernel, WHOLE))

    rows, columns = (np.clip(np.arange(side) + shift, 0, side - 1) for side in (6, 8))
    assert (found == np.asarray(image)[rows][:, columns]).all()


def test_a_part_is_that_of_the_whole() -> None:
    image, kernel = noise(40, 30), np.array([3000, 10384, 3000], np.int16)

    part = blurred(image, kernel, (7, 3, 33, 29))

    assert part.tobytes() == blurred(image, kernel, (0, 0, 40, 30)).crop((7, 3, 33, 29)).tobytes()


@pytest.mark.parametrize("kernel", [MIDDLE[:0], MIDDLE[:2], MIDDLE * 2, -MIDDLE - 1, np.ones(ONE + 1, np.int16)])
def test_weights_that_would_not_fit_are_refused(kernel: np.ndarray) -> None:
    with pytest.raises(ValueError, match="kernel"):
        blurred(noise(8, 6), kernel, WHOLE)


@pytest.mark.parametrize("box", [Box(-1, 0, 8, 6), Box(0, 0, 9, 6), Box(0, 0, 8, 7), Box(3, 3, 3, 6), Box(0, 4, 8, 3)])
def test_what_is_no_part_of_the_image_is_refused(box: Box) -> None:
    with pytest.raises(ValueError, match="part"):
        blurred(noise(8, 6), MIDDLE, box)


@pytest.mark.parametrize("mode", ["P", "F", "I;16"])
def test_another_mode_is_refused(mode: str) -> None:
    with pytest.raises(ValueError, match="mode"):
        blurred(Image.new(mode, (8, 6)), MIDDLE, WHOLE)
