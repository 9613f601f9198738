import pytest
from PIL import Image

from imgsvc.codecs.placeholders.blurhash import blurhash
from tests.images import noise, solid


def sloping() -> Image.Image:
    """Of which other implementations have said what the hash is."""
    image = Image.new("RGB", (16, 12))
    image.putdata([(16 * x, 20 * y, 128) for y in range(12) for x in range(16)])
    return image


@pytest.mark.parametrize(("components", "found"), [((4, 3), "LsGuUU2@wxozqlR-jte=g0fjfQfj"), ((1, 1), "00GuUU")])
def test_the_hash_is_that_of_other_implementations(components: tuple[int, int], found: str) -> None:
    assert blurhash(sloping(), *components) == found


def test_a_picture_of_one_color_has_nothing_but_that() -> None:
    assert blurhash(solid(9, 9, (0, 0, 0)), 4, 3) == "L00000" + "fQ" * 11


@pytest.mark.parametrize("size", [(1, 1), (1, 100), (100, 1), (3, 2)])
@pytest.mark.parametrize("components", [(9, 9), (3, 4)])
def test_the_length_says_how_many_components_there_are(size: tuple[int, int], components: tuple[int, int]) -> None:
    assert len(blurhash(noise(*size), *components)) == 4 + 2 * components[0] * components[1]
