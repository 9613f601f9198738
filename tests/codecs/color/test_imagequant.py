import pytest
from PIL import Image

from imgsvc.codecs.color.imagequant import dithered
from imgsvc.codecs.color.palette import HAS_LIBIMAGEQUANT
from tests.images import RED, gradient, noise, quadrants

pytestmark = pytest.mark.skipif(not HAS_LIBIMAGEQUANT, reason="this build has none")


@pytest.mark.parametrize("colors", [2, 15, 256])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_there_are_no_more_colors_than_asked_for(mode: str, colors: int) -> None:
    (found,) = dithered(noise(mode=mode), colors, [0.5])

    assert len(found.getcolors() or ()) <= colors


def test_few_colors_are_what_they_were_and_so_is_alpha() -> None:
    half = Image.new("RGBA", (4, 4), (*RED, 100))

    assert dithered(quadrants(), 4, [1])[0].convert("RGB").tobytes() == quadrants().tobytes()
    assert dithered(half, 256, [1])[0].convert("RGBA").tobytes() == half.tobytes()


def test_each_strength_has_more_dots_than_the_one_before() -> None:
    """In a column of what fades from left to right there is one color, but for dots."""
    found = dithered(gradient(256, 64, "RGB"), 4, [0, 0.4, 1])

    dots = [sum(len(each.crop((x, 0, x + 1, 64)).getcolors()) - 1 for x in range(256)) for each in found]

    assert dots[0] == 0
    assert dots[1] < dots[2]


def test_a_number_of_colors_that_there_is_not_is_an_error() -> None:
    with pytest.raises(OSError, match="libimagequant"):
        dithered(quadrants(), 300, [1])
