import numpy as np
import pytest

from imgsvc.transforms.filters.saturation import saturation
from imgsvc.transforms.pixels.portions import whole
from tests.images import fading, gradient, noise
from tests.transforms.filters import formulas
from tests.transforms.planned import plan_for


@pytest.mark.parametrize("factor", [0.0, 0.25, 0.99, 1.01, 1.5, 1.9, 2.0, 3.0, 20.0])
def test_every_color_is_within_a_level_of_the_formula(factor: float) -> None:
    image = noise(512, 256)

    found = whole(saturation(image, plan_for(image.size, saturation=factor)))

    wanted = formulas.saturation(formulas.pixels(image), factor)
    assert np.abs(formulas.pixels(found) - wanted).max() <= 1


def test_at_nothing_all_is_gray() -> None:
    found = np.asarray(whole(saturation(noise(), plan_for((64, 64), saturation=0.0)))).astype(int)

    assert np.ptp(found, axis=-1).max() <= 1


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_alpha_stays(factor: float) -> None:
    image = fading()

    found = whole(saturation(image, plan_for(image.size, saturation=factor)))

    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_gray_has_nothing_to_multiply() -> None:
    image = gradient()

    assert whole(saturation(image, plan_for(image.size, saturation=2.0))) is image
