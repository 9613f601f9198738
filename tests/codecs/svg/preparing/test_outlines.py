import math
import tracemalloc

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imgsvc.codecs.svg.css.bounds import Outlines as Left
from imgsvc.codecs.svg.preparing.outlines import Box, Outlines
from imgsvc.codecs.svg.xml_tree import parse
from imgsvc.errors import BrokenSvgError


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("<rect x='1' y='2' width='3px' height='4'/>", (1, 2, 4, 6)),
        ("<circle cx='5' cy='5' r='2'/>", (3, 3, 7, 7)),
        ("<ellipse cx='5' cy='5' rx='2' ry='1'/>", (3, 4, 7, 6)),
        ("<line x1='1' y1='9' x2='4' y2='2'/>", (1, 2, 4, 9)),
        ("<polygon points='1,2 3,4 0,9'/>", (0, 2, 3, 9)),
        ("<path d='M1 2h3v4'/>", (1, 2, 4, 6)),
        ("<g><rect width='1' height='1' transform='translate(4)'/><g><circle r='1'/></g></g>", (-1, -1, 5, 1)),
        (
            "<g><rect width='9' display='none'/><defs><circle r='7'/></defs><circle r='1'/></g>",
            (-1, -1, 1, 1),
        ),
        ("<svg x='1' width='5' height='6'/>", (1, 0, 6, 6)),
    ],
)
def test_a_box_holds_what_is_filled(text: str, box: tuple[float, ...]) -> None:
    assert Outlines(Left()).fill(parse(text.encode())) == box


@pytest.mark.parametrize("text", ["<g/>", "<text>a</text>", "<path d=''/>"])
def test_what_has_no_shape_that_is_known_has_no_box(text: str) -> None:
    assert Outlines(Left()).fill(parse(text.encode())) is None
    assert Outlines(Left()).stroke(parse(text.encode())) is None


def test_a_stroke_is_half_outside() -> None:
    boxes = [
        Outlines(Left()).stroke(parse(f"<circle r='4' {stroke}/>".encode()))
        for stroke in ("", "stroke='red'", "stroke='red' stroke-width='4'")
    ]

    assert [box and box.left for box in boxes] == [-4, -4.5, -6]
    assert Box(1, 2, 4, 6).size == (3, 4)


def test_paths_are_looked_at_up_to_a_bound() -> None:
    with pytest.raises(BrokenSvgError, match="characters"):
        Outlines(Left(5)).fill(parse(b"<path d='M1 2h3v4'/>"))


@given(st.lists(st.tuples(st.sampled_from("MLCSQTAa"), st.lists(st.floats(), min_size=7, max_size=7)), max_size=4))
@example([("A", [1e200, 1e200, 0.0, 0.0, 1.0, 5.0, 5.0])])
@example([("A", [0.0, 0.0, 0.0, 1e-05, 0.0, 0.0, 0.0])])
@example([("A", [1.0, 1.0, 0.0, 0.0, 1.0, 1e-200, 0.0])])
@example([("A", [1.0, 1.0, math.inf, 0.0, 1.0, 5.0, 5.0])])
def test_whatever_numbers_a_path_has_its_box_is_somewhere_or_there_is_none(
    pieces: list[tuple[str, list[float]]],
) -> None:
    data = "M0 0" + "".join(command + " ".join(map(repr, numbers)) for command, numbers in pieces)
    box = Outlines(Left()).fill(parse(f'<path d="{data.replace("inf", "9e999")}"/>'.encode()))

    assert box is None or all(map(math.isfinite, box))


def test_of_a_long_path_no_more_is_held_than_its_box() -> None:
    arcs = parse(b'<path d="M0 0' + b"a1 2 3 0 1 4 5" * 20_000 + b'"/>')
    tracemalloc.start()
    Outlines(Left()).fill(arcs)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 1 << 20
