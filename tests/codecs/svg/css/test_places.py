import pytest

from imgsvc.codecs.svg.css.places import Place, is_placed, may_be_placed, settled

PLACE = Place(page=(200.0, 100.0), view=(50.0, 40.0), root_font=10.0, font=20.0, color="#123456")


@pytest.mark.parametrize(
    ("name", "value", "comes_to"),
    [
        ("width", "calc(50% - 10px)", "15px"),
        ("height", "calc(50% - 10px)", "10px"),
        ("r", "min(1000px, 100%)", "45.276926px"),
        ("width", "10vw", "20px"),
        ("width", "10vmin", "10px"),
        ("width", "2em", "40px"),
        ("width", "3rem", "30px"),
        ("width", "4Q", "3.7795276px"),
        ("width", "50%", "50%"),
        ("width", "calc(1px", "1px"),
        ("width", "calc(1px + red)", None),
        ("transform", "translate(50%, 25%)", "translate(25px, 10px)"),
        ("transform", "translateY(50%) rotate(calc(1turn / 4))", "translateY(20px) rotate(90deg)"),
        ("translate", "10% 50%", "5px 20px"),
        ("fill", "currentColor", "currentColor"),
        ("fill", "color-mix(in srgb, currentColor, red)", "color-mix(in srgb, #123456, red)"),
        ("fill", "rgb(from currentColor r 0 calc(b * 2))", "rgb(from #123456 r 0 calc(b * 2))"),
        ("flood-color", "currentColor", "#123456"),
        ("filter", "drop-shadow(1px 1px)", "drop-shadow(1px 1px #123456)"),
        ("filter", "drop-shadow(calc(1px * 2) 1px red)", "drop-shadow(2px 1px red)"),
    ],
)
def test_what_depends_on_its_place_is_worked_out(name: str, value: str, comes_to: str | None) -> None:
    assert settled(name, value, PLACE) == comes_to


@pytest.mark.parametrize(
    ("size", "pixels"), [("2em", 40.0), ("150%", 30.0), ("small", 13.0), ("8px", 8.0), ("x", 20.0)]
)
def test_a_font_is_as_large_as_it_says_of_the_one_around(size: str, pixels: float) -> None:
    assert PLACE.inside(size, "").font == pixels


def test_a_color_that_says_nothing_is_that_around() -> None:
    assert [PLACE.inside("", each).color for each in ("red", "currentColor", "x")] == ["#ff0000", "#123456", "#123456"]


@pytest.mark.parametrize(
    ("view_box", "view"),
    [("0 0 8 6", (8.0, 6.0)), ("0 0 0 6", (50.0, 40.0)), ("x", (50.0, 40.0))],
)
def test_a_viewport_has_the_size_of_its_box(view_box: str, view: tuple[float, float]) -> None:
    assert PLACE.around(view_box).view == view


def test_the_roots_font_is_that_of_all_in_it() -> None:
    assert PLACE.as_root().root_font == 20.0


def test_what_needs_no_place_is_told_by_a_look() -> None:
    assert [is_placed(each) for each in ("fill:#111", "width:calc(1px)", "width:3vh", "3px")] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.parametrize(
    ("data", "may"),
    [
        (b'<svg width="3"/>', False),
        (b'<svg width="calc(1px)"/>', True),
        (b'<svg width="3rem"/>', True),
        (b'<svg flood-color="currentColor"/>', True),
        (b"\x1f\x8b\x08", True),
        ("<svg/>".encode("utf-16"), True),
    ],
)
def test_attributes_are_looked_at_where_the_file_has_such_values(data: bytes, may: bool) -> None:
    assert may_be_placed(data) is may
