import numpy
from PIL import Image

from imgsvc.codecs.gif.blocks import Block, block_of, packed
from imgsvc.codecs.gif.differences import Screen
from imgsvc.codecs.gif.pixels import pixels_of
from imgsvc.codecs.gif.tables import Drawing
from imgsvc.options.geometry import Size
from tests.images import BLUE, GREEN, RED, solid


def second(first: Image.Image, frame: Image.Image, drawn: numpy.typing.NDArray[numpy.bool_] | None = None) -> Block:
    """The block of a frame after another one, in a table of all its colors."""
    screen, pixels = Screen(Size(*first.size)), pixels_of(frame)
    before = screen.difference(pixels_of(first), None)
    screen.draw(before, before.wanted, before.drawn)
    difference = screen.difference(pixels, None)
    chosen = difference.drawn if drawn is None else drawn
    found = block_of(difference, Drawing(difference.wanted, chosen, numpy.unique(pixels), is_shared=False))
    assert found
    return found


def test_the_index_that_leaves_a_pixel_is_none_that_is_drawn() -> None:
    frame = solid(8, 8, RED)
    frame.paste(BLUE, (2, 2, 6, 6))
    frame.paste(RED, (4, 4, 5, 5))

    found = second(solid(8, 8, RED), frame)

    assert found.transparent is not None
    assert found.transparent != found.indices[0, 0]


def test_the_index_that_leaves_a_pixel_may_lie_behind_a_table_that_is_full() -> None:
    frame = solid(8, 8, RED)
    for at, color in enumerate((GREEN, BLUE)):
        frame.paste(color, (2 * at, 0, 2 * at + 1, 8))

    found = second(solid(8, 8, (9, 9, 9)), frame, pixels_of(frame) != pixels_of(solid(1, 1, (9, 9, 9)))[0, 0])

    assert found.transparent is None
    assert len(found.table) == 3 * 4


def test_a_box_is_no_larger_than_what_is_drawn() -> None:
    frame = solid(8, 8, RED)
    frame.paste(BLUE, (0, 0, 8, 8))
    drawn = numpy.zeros((8, 8), numpy.bool_)
    drawn[2:4, 3:5] = True

    assert second(solid(8, 8, RED), frame, drawn).box == (3, 2, 5, 4)


def test_what_stays_is_drawn_again_where_that_is_shorter() -> None:
    dots = numpy.indices((32, 32)).sum(0) % 2 == 0
    frame = solid(32, 32, BLUE)
    first = Image.fromarray(numpy.where(dots[..., None], numpy.uint8(BLUE), numpy.uint8(RED)))

    found = second(first, frame)

    assert len(found.shortest().codes) < len(found.codes)


def test_codes_tell_how_long_they_begin() -> None:
    assert packed(numpy.full((4, 4), 9, numpy.uint8))[0] == 4
