import numpy
import pytest
from PIL import Image

from imgsvc.options.geometry import Size
from imgsvc.transforms.shadow import reach_of_shadow, with_shadow

PICTURE = Size(400, 300)


def square(mode: str = "RGBA") -> Image.Image:
    """One of 20 x 20 in white, in the middle of 80 x 80."""
    mark = Image.new(mode, (80, 80))
    mark.paste((255, 255) if mode == "LA" else (255, 255, 255, 255), (30, 30, 50, 50))
    return mark


def test_a_shadow_is_black_and_lies_under_its_mark() -> None:
    found = with_shadow(square(), 4, PICTURE)

    assert found.getpixel((40, 40)) == (255, 255, 255, 255)
    assert found.getpixel((28, 40))[:3] == (0, 0, 0)


def test_it_is_the_marks_alpha_blurred() -> None:
    found = numpy.asarray(with_shadow(square(), 4, PICTURE).getchannel("A"), float)[40]

    distances = numpy.arange(80) + 0.5
    kernel = numpy.exp(-0.5 * ((distances[:, None] - distances[None, :]) / 4) ** 2)
    wanted = 255 * kernel[:, 30:50].sum(axis=1) / kernel[40].sum()
    # Boxes, of which Pillow makes its Gaussian, are that near to one.
    assert numpy.abs(found - wanted)[:29].max() < 6


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_a_gray_mark_stays_gray(mode: str) -> None:
    assert with_shadow(square(mode), 4, PICTURE).mode == mode


def test_it_reaches_three_sigmas_and_no_further_than_is_bounded() -> None:
    assert (reach_of_shadow(0, PICTURE), reach_of_shadow(2.5, PICTURE), reach_of_shadow(1e308, PICTURE)) == (0, 8, 150)
