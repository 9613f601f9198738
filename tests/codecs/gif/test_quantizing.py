import numpy

from imgsvc.codecs.gif.pixels import pixels_of
from imgsvc.codecs.gif.quantizing import drawn_in, quantized
from samples.draw import meadow
from tests.images import BLUE, RED, solid


def test_no_more_colors_are_found_than_are_asked_for() -> None:
    wanted = pixels_of(meadow(60, 40))

    found, distance = quantized(wanted, wanted > 0, 16)

    assert len(numpy.unique(found)) <= 16
    assert distance.mean() < 300


def test_the_nearest_color_of_a_table_is_taken() -> None:
    wanted, table = pixels_of(solid(4, 1, (200, 30, 30))), pixels_of(solid(1, 1, BLUE))[0]
    table = numpy.append(table, pixels_of(solid(1, 1, RED))[0])

    found, _ = drawn_in(wanted, wanted > 0, table)

    assert set(found[0]) == {table[1]}
