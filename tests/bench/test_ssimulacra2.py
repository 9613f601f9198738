import numpy
import pytest
from PIL import Image, ImageFilter

from imgsvc.bench.ssimulacra2 import Reference

# By the Rust crate `ssimulacra2` 0.5.1, of the same pictures.
SCORES = {
    (300, 200): {12: 84.6035, 40: 51.467},
    (77, 61): {12: 75.8721, 40: 25.0479},
    (15, 9): {12: 95.8637, 40: 92.0231},
}


def waves(width, height):
    y, x = numpy.mgrid[0:height, 0:width]
    return Image.fromarray(numpy.stack([numpy.sin(x * y / n) * 100 + 128 for n in (90, 200, 350)], -1).astype("uint8"))


@pytest.mark.parametrize("step", [12, 40])
@pytest.mark.parametrize("size", SCORES)
def test_a_picture_of_any_number_of_scales_has_the_score_that_others_give_it(size, step):
    image = waves(*size)
    coarse = image.point(lambda level: level // step * step)

    assert Reference(image).score(coarse) == pytest.approx(SCORES[size][step], abs=0.03)


def test_the_same_picture_has_a_hundred():
    image = waves(100, 60)

    assert Reference(image).score(image.copy()) == pytest.approx(100, abs=0.01)


def test_what_is_transparent_hides_nothing():
    image = waves(100, 60).convert("RGBA")
    other = image.copy()
    other.putalpha(Image.linear_gradient("L").resize(image.size))

    assert Reference(image).score(other) < 50


def test_a_picture_of_a_pixel_has_a_score_too():
    assert Reference(Image.new("RGB", (1, 1))).score(Image.new("RGB", (1, 1), "white")) < 100


def test_softer_is_worse():
    image = waves(200, 200)
    soft, softer = (image.filter(ImageFilter.BoxBlur(radius)) for radius in (0.5, 2))

    assert Reference(image).score(soft) > Reference(image).score(softer)
