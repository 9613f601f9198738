import numpy
from PIL import Image

from imgsvc.codecs.gif.differences import Difference, Screen
from imgsvc.codecs.gif.pixels import Pixels, pixels_of
from imgsvc.options.geometry import Size
from tests.images import BLUE, RED, solid


def with_square(*box: int, mode: str = "RGBA") -> Pixels:
    """A red square on nothing, or on blue."""
    image = solid(12, 10, BLUE) if mode == "RGB" else Image.new(mode, (12, 10))
    image.paste(RED if mode == "RGB" else (*RED, 255), box)
    return pixels_of(image)


def shown(screen: Screen, frame: Pixels, following: Pixels | None = None) -> Difference:
    found = screen.difference(frame, following)
    screen.draw(found, found.wanted, found.drawn)
    return found


def test_the_first_frame_has_the_whole_screen() -> None:
    found = shown(Screen(Size(12, 10)), with_square(2, 2, 4, 4))

    assert found.box == (0, 0, 12, 10)
    assert numpy.count_nonzero(found.drawn) == 4


def test_only_what_differs_is_drawn() -> None:
    screen = Screen(Size(12, 10))
    shown(screen, with_square(2, 2, 4, 4, mode="RGB"))

    found = shown(screen, with_square(2, 2, 5, 4, mode="RGB"))

    assert found.box == (4, 2, 5, 4)


def test_a_frame_like_the_one_before_has_a_pixel() -> None:
    screen, frame = Screen(Size(12, 10)), with_square(2, 2, 4, 4)
    shown(screen, frame)

    found = shown(screen, frame)

    assert (found.box, found.drawn.any()) == ((0, 0, 1, 1), False)


def test_where_something_vanishes_the_box_is_cleared() -> None:
    screen, square = Screen(Size(12, 10)), with_square(2, 2, 4, 4)

    first = shown(screen, square, with_square(6, 6, 8, 8))
    second = shown(screen, with_square(6, 6, 8, 8))

    assert (first.is_cleared, second.is_cleared) == (True, False)
    assert second.box == (6, 6, 8, 8)


def test_what_was_cleared_is_drawn_again() -> None:
    screen, both = Screen(Size(12, 10)), with_square(2, 2, 8, 8)
    shown(screen, both, with_square(2, 2, 4, 4))

    found = shown(screen, with_square(2, 2, 4, 4))

    assert found.box == (2, 2, 4, 4)


def test_a_pixel_that_is_like_enough_stays_among_others_that_stay() -> None:
    screen = Screen(Size(12, 1))
    shown(screen, pixels_of(solid(12, 1, (100, 100, 100))))
    other = solid(12, 1, (101, 101, 101))
    other.paste((200, 0, 0), (3, 0, 6, 1))

    found = shown(screen, pixels_of(other)).drawn_beyond(10.0)

    # Three on the left are too few.
    assert "".join("x" if each else "." for each in found[0]) == "xxxxxx......"
