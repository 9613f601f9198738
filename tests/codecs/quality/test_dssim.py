import numpy
import pytest
from PIL import Image, ImageFilter

from imgsvc.codecs.quality.dssim import Reference
from tests.images import fading, gradient, noise, quadrants


def plainly(one: Image.Image, other: Image.Image) -> float:
    """The same by its definition, window by window."""
    planes = [numpy.asarray(each.convert("L"), dtype=float) for each in (one, other)]
    found = []
    for top in range(0, one.height - 7, 4):
        for left in range(0, one.width - 7, 4):
            x, y = (plane[top : top + 8, left : left + 8] for plane in planes)
            shared = ((x - x.mean()) * (y - y.mean())).mean()
            likeness = (2 * x.mean() * y.mean() + 6.5025) * (2 * shared + 58.5225)
            found.append(likeness / ((x.mean() ** 2 + y.mean() ** 2 + 6.5025) * (x.var() + y.var() + 58.5225)))
    return (1 - sum(found) / len(found)) / 2


@pytest.mark.parametrize("size", [(64, 48), (65, 51), (8, 8), (9, 40)])
def test_it_is_what_its_definition_says(size: tuple[int, int]) -> None:
    image = noise(*size)
    other = image.filter(ImageFilter.GaussianBlur(1))

    assert Reference.of(image).dssim(other) == pytest.approx(plainly(image, other), abs=1e-4)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (3, 90), (40, 20)])
def test_a_picture_is_like_itself(mode: str, size: tuple[int, int]) -> None:
    image = quadrants(*size, mode)

    assert Reference.of(image).dssim(image) == pytest.approx(0, abs=1e-5)


def test_what_cannot_be_seen_does_not_count() -> None:
    image = fading(64, 32)
    hidden = image.copy()
    hidden.paste((0, 0, 255, 0), (0, 0, 1, 32))

    assert Reference.of(image).dssim(hidden) == pytest.approx(0, abs=1e-5)


def test_more_blur_is_less_alike() -> None:
    image = gradient(64, 64)
    image.paste(noise(32, 64, "L"))

    reference = Reference.of(image)
    found = [reference.dssim(image.filter(ImageFilter.GaussianBlur(radius))) for radius in (0.5, 1, 3)]

    assert found == sorted(found)
