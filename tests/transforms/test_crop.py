from imgsvc.options.geometry import Box, Gravity, GravityType, ResizingType, Size
from imgsvc.options.processing import Crop
from imgsvc.transforms.crop import crop, crop_to_result, inside
from tests.images import BLUE, GREEN, RED, WHITE, quadrants
from tests.transforms.planned import plan_for, transformed

G = GravityType


def corner(kind: GravityType) -> object:
    image = transformed(quadrants(40, 20), crop=Crop(10, 6, Gravity(kind)))
    return image.getpixel((5, 3))


def test_crop_keeps_the_corner_that_gravity_names() -> None:
    kinds = (G.NORTH_WEST, G.NORTH_EAST, G.SOUTH_WEST, G.SOUTH_EAST)

    assert [corner(kind) for kind in kinds] == [RED, GREEN, BLUE, WHITE]


def test_crop_keeps_what_surrounds_the_focus_point() -> None:
    image = transformed(quadrants(40, 20), crop=Crop(10, 6, Gravity(G.FOCUS_POINT, 0.75, 0.25)))

    assert (image.size, image.getextrema()) == ((10, 6), ((0, 0), (255, 255), (0, 0)))


def test_gravity_means_the_upright_picture() -> None:
    wishes = {"orientation": 6, "crop": Crop(4, 4, Gravity(G.NORTH_WEST))}

    image = transformed(quadrants(40, 20), **wishes)

    assert image.getpixel((1, 1)) == BLUE


def test_filling_keeps_the_side_that_gravity_names() -> None:
    wishes = {"resizing_type": ResizingType.FILL, "width": 10, "height": 10, "gravity": Gravity(G.EAST)}

    image = transformed(quadrants(40, 20), **wishes)

    assert (image.getpixel((5, 1)), image.getpixel((5, 8))) == (GREEN, WHITE)


def test_what_is_not_to_be_cropped_is_given_back() -> None:
    image, plan = quadrants(40, 20), plan_for((40, 20))

    assert crop(image, plan) is image
    assert crop_to_result(image, plan) is image


def test_a_box_never_leaves_the_image() -> None:
    assert inside(Box(-5, 3, 10**9, 4), Size(10, 3)) == (0, 2, 10, 3)
