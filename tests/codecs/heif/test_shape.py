import struct

import pytest

from imgsvc.codecs.heif.items import Items, Property
from imgsvc.codecs.heif.shape import Shape, clean_aperture, orientation_of, shape_of
from imgsvc.options.geometry import Box, Size
from tests.codecs.heif.files import clap, imir, irot

WHOLE = Box(0, 0, 40, 20)


@pytest.mark.parametrize(
    ("aperture", "shown"),
    [
        (clap(40, 20), WHOLE),
        (clap(20, 10), Box(10, 5, 30, 15)),
        (clap(20, 10, -20, 10), Box(0, 10, 20, 20)),
        (clap(39, 19, -1, -1), Box(0, 0, 39, 19)),
        (clap(20, 10, 22, 0), WHOLE),
        (clap(0, 10), WHOLE),
        ((b"clap", bytes(32)), WHOLE),
        ((b"clap", b"short"), WHOLE),
    ],
)
def test_what_is_shown_lies_around_the_middle_and_within(aperture: tuple[bytes, bytes], shown: Box) -> None:
    assert clean_aperture(aperture[1], Size(40, 20)) == shown


@pytest.mark.parametrize(
    ("said", "orientation"),
    [
        ([], 1),
        ([irot(1)], 8),
        ([irot(2)], 3),
        ([irot(3)], 6),
        ([imir(0)], 4),
        ([imir(1)], 2),
        ([irot(1), imir(0)], 5),
        ([irot(1), imir(1)], 7),
        ([irot(2), imir(0)], 2),
        ([irot(3), imir(0)], 7),
        ([irot(3), imir(1)], 5),
    ],
)
def test_a_picture_is_turned_and_then_mirrored(said: list[tuple[bytes, bytes]], orientation: int) -> None:
    items = Items(1, {1: [Property(*each) for each in said]})

    assert orientation_of(items, 1) == orientation


def test_of_an_item_without_a_size_no_shape_is_known() -> None:
    assert shape_of(Items(1, {1: [Property(b"ispe", bytes(4) + struct.pack(">II", 9, 0))]}), 1) is None


LARGE = Shape(Size(4000, 3000), Box(0, 0, 4000, 3000), 6)


@pytest.mark.parametrize(
    ("small", "is_copy"),
    [
        pytest.param(Shape(Size(320, 240), Box(0, 0, 320, 240), 6), True, id="smaller"),
        pytest.param(Shape(Size(320, 242), Box(0, 0, 320, 242), 6), True, id="rounded"),
        pytest.param(Shape(Size(320, 256), Box(0, 0, 320, 240), 6), True, id="whose last block was filled up"),
        pytest.param(Shape(Size(320, 320), Box(0, 0, 320, 240), 6), False, id="cut out of another shape"),
        pytest.param(Shape(Size(320, 320), Box(0, 0, 320, 320), 6), False, id="of another shape"),
        pytest.param(Shape(Size(320, 240), Box(0, 0, 320, 240), 8), False, id="turned otherwise"),
        pytest.param(Shape(Size(320, 240), Box(40, 30, 280, 210), 6), False, id="a part"),
    ],
)
def test_a_copy_shows_the_same_turned_alike(small: Shape, is_copy: bool) -> None:
    assert small.is_copy_of(LARGE) is is_copy
