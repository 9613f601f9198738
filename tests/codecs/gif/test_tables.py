import numpy
from PIL import Image

from imgsvc.codecs.gif.differences import Difference, Screen
from imgsvc.codecs.gif.pixels import pixels_of
from imgsvc.codecs.gif.tables import Drawing, Tables
from imgsvc.options.geometry import Size
from tests.images import gradient, noise, solid


def begun(first: Image.Image, second: Image.Image) -> tuple[Tables, Difference]:
    """Tables that have the first frame, and what the second one is beside it."""
    tables, screen = Tables(8), Screen(Size(*first.size))
    difference = screen.difference(pixels_of(first), None)
    (drawing,) = tables.exact(difference)
    tables.take(drawing)
    screen.draw(difference, drawing.colors, drawing.drawn)
    return tables, screen.difference(pixels_of(second), None)


def test_what_has_new_colors_is_offered_in_the_shared_table_and_in_its_own() -> None:
    tables, difference = begun(solid(64, 64), gradient(64, 64, "RGB"))

    assert [each.is_shared for each in tables.exact(difference)] == [True, False]


def test_a_shared_table_without_room_is_not_offered() -> None:
    grays = Image.frombytes("L", (16, 16), bytes(range(256))).convert("RGB")

    tables, difference = begun(grays, noise(16, 16))

    assert not any(each.is_shared for each in tables.exact(difference))


def test_a_table_in_which_all_is_far_off_does_not_fit() -> None:
    tables, difference = begun(solid(64, 64), noise(64, 64))

    assert not list(tables.fitting(difference))


def test_what_stays_though_it_differs_is_lost_as_well() -> None:
    tables, difference = begun(noise(16, 16), noise(16, 16, seed=2))

    coarse = min(tables.of_its_own(difference), key=lambda drawing: len(drawing.table))

    assert coarse.loss > 0
    assert coarse.loss >= float(difference.distance[difference.drawn & ~coarse.drawn].sum())


def test_a_table_grows_by_steps_that_files_have() -> None:
    tables, _ = begun(solid(8, 8), solid(8, 8))
    colors = pixels_of(gradient(8, 1, "RGB"))[0]
    frame = numpy.zeros((1, 1), numpy.uint32)

    grown = tables.growth(Drawing(frame, frame == 0, colors[:5], is_shared=True))

    assert grown == 3 * (8 - 2)
