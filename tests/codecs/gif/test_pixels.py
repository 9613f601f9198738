import numpy
import pytest
from PIL import Image

from imgsvc.codecs.gif.pixels import (
    OPAQUE,
    Pixels,
    colors_of,
    distances,
    image_of,
    in_runs,
    in_table,
    nearest,
    pixels_of,
    places,
)
from tests.images import RED, fading, noise, quadrants, solid


def row(*numbers: int) -> Pixels:
    return numpy.array(numbers, numpy.uint32) | OPAQUE


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_opaque_pixels_come_back_as_they_were(mode: str) -> None:
    image = noise(5, 3, mode)

    assert image_of(pixels_of(image)).tobytes() == image.convert("RGB").tobytes()


@pytest.mark.parametrize("mode", ["LA", "RGBA"])
def test_what_is_less_than_half_there_is_nothing(mode: str) -> None:
    pixels = pixels_of(fading(256, 1).convert(mode))

    assert [bool(pixels[0, x]) for x in (0, 127, 128, 255)] == [False, False, True, True]


def test_what_is_more_than_half_there_is_opaque() -> None:
    image = Image.new("RGBA", (1, 1), (*RED, 200))

    assert pixels_of(image).tolist() == pixels_of(solid(1, 1)).tolist()


def test_green_is_seen_more_than_blue() -> None:
    black = row(0, 0)

    green, blue = distances(black, row(0x001000, 0x100000))

    assert green > 2 * blue > 0


def test_nothing_is_like_no_color() -> None:
    assert distances(row(0), numpy.zeros(1, numpy.uint32)).tolist() == [numpy.inf]


def test_the_nearest_color_is_found_with_its_distance() -> None:
    indices, near = nearest(row(0x000001, 0xFFFFF0), row(0x000000, 0xFFFFFF))

    assert indices.tolist() == [0, 1]
    assert near == pytest.approx([0.9, 202.5], rel=0.01)


def test_colors_are_counted_up_to_a_number() -> None:
    pixels = pixels_of(noise(100, 100)).ravel()

    few = colors_of(pixels_of(quadrants()).ravel(), 4)

    assert colors_of(pixels, 256) is None
    assert few is not None
    assert len(few) == 4


def test_a_color_has_its_place_in_a_table_of_any_order() -> None:
    found, is_there = places(row(7, 5, 6), row(7, 3, 5))

    assert found[is_there].tolist() == [0, 2]
    assert is_there.tolist() == [True, True, False]


def test_nothing_is_in_an_empty_table() -> None:
    assert not places(row(7), row())[1].any()


def test_of_many_pixels_the_nearest_is_found_to_within_two_levels() -> None:
    pixels, table = pixels_of(noise(600, 600)).ravel(), pixels_of(noise(16, 16, seed=2)).ravel()

    _, quick = in_table(pixels, table)
    _, exact = in_table(pixels[:5_000], table)

    assert (numpy.sqrt(quick[:5_000]) - numpy.sqrt(exact)).max() < 8
    assert quick[:5_000].mean() < 1.02 * exact.mean()


@pytest.mark.parametrize(
    ("length", "expected"), [(1, "xx xxxx x"), (2, "xx xxxx  "), (4, "   xxxx  "), (16, "         ")]
)
def test_runs_that_are_long_enough_stay(length: int, expected: str) -> None:
    mask = numpy.array([[each == "x" for each in "xx xxxx x"]])

    assert "".join("x" if each else " " for each in in_runs(mask, length)[0]) == expected
