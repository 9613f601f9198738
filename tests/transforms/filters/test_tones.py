import numpy as np
import pytest

from imgsvc.options.color import Color
from imgsvc.options.filters import Duotone, Monochrome
from imgsvc.transforms.filters.tones import duotone, luma, monochrome
from imgsvc.transforms.pixels.portions import whole
from tests.images import gradient, noise, solid
from tests.transforms.filters import formulas
from tests.transforms.planned import plan_for

ORANGE = Color(230, 120, 10)


def test_the_color_itself_stays_itself() -> None:
    image = solid(color=ORANGE)

    assert whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(1.0, ORANGE)))).getpixel((0, 0)) == ORANGE


@pytest.mark.parametrize("intensity", [0.01, 0.3, 0.5, 0.999, 1.0])
@pytest.mark.parametrize("color", [ORANGE, Color(0, 0, 255), Color(0, 0, 1), Color(255, 255, 0), Color(179, 179, 179)])
def test_every_color_is_within_a_level_of_the_formula(color: Color, intensity: float) -> None:
    image = noise(512, 256)

    found = whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(intensity, color))))

    wanted = formulas.monochrome(formulas.pixels(image), intensity, color)
    assert np.abs(formulas.pixels(found) - wanted).max() <= 1


@pytest.mark.parametrize("level", [0, 255])
@pytest.mark.parametrize("color", [ORANGE, Color(0, 0, 0), Color(255, 255, 255), Color(0, 0, 1), Color(255, 255, 254)])
def test_black_and_white_stay_what_they_are(level: int, color: Color) -> None:
    image = solid(color=(level,) * 3)
    expected = (0,) * 3 if color == (0, 0, 0) and level == 0 else (level,) * 3

    assert (
        whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(1.0, color)))).getpixel((0, 0)) == expected
    )


@pytest.mark.parametrize(("level", "color"), [(0, (10, 20, 30)), (255, (200, 210, 220))])
def test_dark_is_the_first_color_and_light_the_second(level: int, color: tuple[int, int, int]) -> None:
    image = solid(color=level, mode="L")
    wish = Duotone(1.0, Color(10, 20, 30), Color(200, 210, 220))

    assert whole(duotone(image, plan_for(image.size, duotone=wish))).getpixel((0, 0)) == color


def test_gray_stays_gray_in_shades_of_gray_only() -> None:
    image = gradient()

    assert whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(1.0)))).mode == "L"
    assert whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(1.0, ORANGE)))).mode == "RGB"


def test_the_usual_gray_makes_a_picture_gray() -> None:
    image = noise()

    red, green, blue = whole(monochrome(image, plan_for(image.size, monochrome=Monochrome(1.0)))).split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()


def test_luma_is_that_of_bt_601() -> None:
    assert luma(Color(255, 0, 0)) == pytest.approx(76.245)
