import pytest

from imgsvc.codecs.pdf.drawer import Drawer
from imgsvc.options.geometry import Size
from imgsvc.runtime.child import ChildError
from tests.codecs.pdf.files import QUADRANTS, Page, pdf
from tests.images import BLUE, GREEN, RED

# Minutes of it, where it is drawn large.
SLOW = Page("/Half gs " + "0 0 m 200 100 l 200 0 l 0 100 l h f " * 20_000)


def test_pages_are_counted_and_measured() -> None:
    found = Drawer(pdf(Page(), Page(width=30, height=40)), 10).pages(0, 5)

    assert (found.count, found.first, found.sizes) == (2, 0, ((200, 100), (30, 40)))


def test_beyond_the_last_page_there_is_the_last() -> None:
    found = Drawer(pdf(Page(), Page(width=30, height=40)), 10).pages(7, 5)

    assert (found.count, found.first, found.sizes) == (2, 1, ((30, 40),))


def test_a_page_is_drawn_at_any_size() -> None:
    image = Drawer(pdf(), 10).drawn(0, Size(40, 60), has_alpha=False)

    assert [image.getpixel(at) for at in ((5, 5), (35, 5), (5, 55))] == [RED, GREEN, BLUE]


def test_a_picture_that_is_drawn_in_parts_is_the_same() -> None:
    whole = Drawer(pdf(), 10).drawn(0, Size(100, 61), has_alpha=False)

    in_parts = Drawer(pdf(), 10, most_pixels=100 * 7).drawn(0, Size(100, 61), has_alpha=False)

    assert in_parts.tobytes() == whole.tobytes()


def test_where_nothing_is_drawn_there_may_be_nothing() -> None:
    image = Drawer(pdf(Page("1 0 0 rg 0 0 100 100 re f")), 10).drawn(0, Size(20, 10), has_alpha=True)

    assert (image.getpixel((2, 5)), image.getpixel((17, 5))) == ((255, 0, 0, 255), (0, 0, 0, 0))


def test_drawing_ends_with_its_time() -> None:
    asked = Drawer(pdf(SLOW), 0.3)

    with pytest.raises(ChildError, match="it takes too long"):
        asked.drawn(0, Size(2000, 1000), has_alpha=False)


def test_all_pages_together_have_one_time() -> None:
    asked = Drawer(pdf(), 10)

    asked.drawn(0, Size(20, 10), has_alpha=False)

    assert asked.seconds < 10


def test_whose_time_is_over_is_not_asked_again() -> None:
    with pytest.raises(ChildError, match="too long"):
        Drawer(pdf(), 0).pages(0, 1)


def test_after_one_that_fails_the_next_is_drawn() -> None:
    with pytest.raises(ChildError):
        Drawer(b"%PDF-1.7", 10).pages(0, 1)

    assert Drawer(pdf(Page(QUADRANTS)), 10).pages(0, 1).count == 1
