import pytest

from imgsvc.transforms.edges import with_repeated_edges
from tests.images import noise, quadrants


@pytest.mark.parametrize("mode", ["L", "La", "RGB", "RGBa", "F"])
def test_the_image_is_in_the_middle(mode: str) -> None:
    image = noise(6, 5, "RGBA" if mode == "RGBa" else "LA" if mode == "La" else "L" if mode == "F" else mode)
    image = image.convert(mode)

    wide = with_repeated_edges(image, 1, 2, 3, 4)

    assert (wide.size, wide.crop((1, 2, 7, 7)).tobytes()) == ((10, 11), image.tobytes())


def test_each_corner_spreads() -> None:
    image = quadrants(4, 4)

    wide = with_repeated_edges(image, 2, 2, 2, 2)

    corners = [(0, 0), (7, 0), (0, 7), (7, 7)], [(0, 0), (3, 0), (0, 3), (3, 3)]
    assert [wide.getpixel(at) for at in corners[0]] == [image.getpixel(at) for at in corners[1]]


def test_nothing_to_repeat_leaves_the_image_as_it_is() -> None:
    image = noise(6, 5)

    assert with_repeated_edges(image, 0, 0, 0, 0).tobytes() == image.tobytes()
