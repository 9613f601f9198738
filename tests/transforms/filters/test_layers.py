import numpy as np
import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Colorize, Gradient, Ramp
from imgsvc.transforms.filters.layers import colorize, gradient, holding, over
from tests import images
from tests.transforms.filters import formulas
from tests.transforms.planned import plan_for

ORANGE = Color(255, 136, 0)


@pytest.mark.parametrize(("keeps_alpha", "alpha"), [(False, 128), (True, 0)])
def test_what_is_transparent_is_covered_unless_alpha_is_kept(keeps_alpha: bool, alpha: int) -> None:
    image = images.solid(color=(0, 0, 0, 0), mode="RGBA")

    found = colorize(image, plan_for(image.size, colorize=Colorize(0.5, ORANGE, keeps_alpha)))

    assert found.getpixel((0, 0)) == pytest.approx((*ORANGE, alpha), abs=0 if not keeps_alpha else 255)
    assert found.getpixel((0, 0))[3] == alpha


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_a_layer_is_laid_over_as_porter_and_duff_say(mode: str) -> None:
    image = images.noise(30, 20, mode)

    found = gradient(image, plan_for((30, 20), gradient=Gradient(0.7, ORANGE, Ramp(60, 0.1, 0.8))))

    shares = formulas.ramp(30, 20, 60, 0.1, 0.8) * 0.7
    wanted = formulas.over(formulas.pixels(image), ORANGE, shares)
    assert np.abs(formulas.pixels(found) - wanted).max() <= 1


def test_gray_stays_gray_under_gray_only() -> None:
    image = images.gradient()

    assert (holding(image, Color(9, 9, 9)).mode, holding(image, ORANGE).mode) == ("L", "RGB")


def test_a_layer_of_no_opacity_changes_nothing() -> None:
    image = images.fading()
    seen = np.asarray(image)[..., 3] > 0

    found = over(image, ORANGE, np.zeros((1, 1), np.float32))

    assert np.array_equal(np.asarray(found)[seen], np.asarray(image)[seen])
