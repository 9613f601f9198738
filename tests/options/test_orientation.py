import pytest
from PIL import Image, ImageOps

from imgsvc.options.geometry import Size
from imgsvc.options.orientation import ORIENTATIONS, Orientation, orientation_of, upright
from tests.images import quadrants


@pytest.mark.parametrize("number", ORIENTATIONS)
def test_quarters_and_a_mirror_are_pillows_transposition(number: int) -> None:
    image, found = quadrants(40, 20), orientation_of(number)

    turned = image.rotate(-90 * found.quarters, expand=True)
    turned = ImageOps.mirror(turned) if found.mirrored else turned

    name = found.transposition
    assert turned == (image.transpose(Image.Transpose[name]) if name else image)


@pytest.mark.parametrize("number", ORIENTATIONS)
def test_it_is_exifs(number: int) -> None:
    image, name = quadrants(40, 20), orientation_of(number).transposition
    image.getexif()[0x0112] = number

    wanted = ImageOps.exif_transpose(image)

    assert (image.transpose(Image.Transpose[name]) if name else image).tobytes() == wanted.tobytes()


@pytest.mark.parametrize("number", [-1, 0, 9])
def test_any_other_number_is_none(number: int) -> None:
    assert orientation_of(number) == Orientation()


@pytest.mark.parametrize("number", ORIENTATIONS)
def test_the_last_four_lie_on_their_side(number: int) -> None:
    assert upright(Size(3, 2), number) == ((2, 3) if number >= 5 else (3, 2))
