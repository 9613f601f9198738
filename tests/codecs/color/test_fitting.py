import numpy
from PIL import Image

from imgsvc.codecs.color.cmyk import without_profile
from tests.codecs.color.fitting import fitted, mixtures, shares


def test_the_shares_of_a_pixel_are_all_of_it() -> None:
    found = shares(Image.new("CMYK", (2, 1), (10, 200, 127, 255)))

    assert numpy.allclose(found.sum(1), 1)


def test_a_mixture_of_whole_inks_is_one_color() -> None:
    (found,) = shares(Image.new("CMYK", (1, 1), (255, 0, 0, 0)))

    assert numpy.flatnonzero(found).tolist() == [2]


def test_colors_are_found_again_by_their_mixtures() -> None:
    image = mixtures(5)
    weights, answers = shares(image), numpy.asarray(without_profile(image), numpy.float64).reshape(-1, 3)

    error = numpy.clip(weights @ fitted(weights, answers), 0, 255) - answers

    assert abs(error).mean() < 0.5
