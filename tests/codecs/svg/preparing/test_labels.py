import pytest

from imgsvc.codecs.svg.preparing.labels import write_labels
from imgsvc.codecs.svg.xml_tree import Element, parse

CUT = "<s:text x='1' y='2' fill='#000'>cut...</s:text>"


def label(html: str, place: str = "", lines: str = "", style: str = "", cut: str = CUT) -> Element:
    """The text beside it, once it has been written: the place is 100 pixels from (20, 50) on."""
    outer = f"display: flex; width: 100px; padding-top: 50px; margin-left: 20px; {place}"
    inner = f"display: inline-block; font-size: 10px; {style}"
    boxes = f"<div style='{outer}'><div style='{lines}'><div style='{inner}'>{html}</div></div></div>"
    drawing = f"<s:svg xmlns:s='x'><s:switch><s:foreignObject>{boxes}</s:foreignObject>{cut}</s:switch></s:svg>"
    root = parse(drawing.encode())
    write_labels(root)
    return next(each for each in [*root.walk()][::-1] if each.name in ("s:text", "s:image"))


def written(text: Element) -> list[str]:
    return ["".join(each.text() for each in line.walk()) for line in text.elements()]


@pytest.mark.parametrize(
    ("html", "lines"),
    [
        pytest.param("one  two", ["one two"], id="blanks are one"),
        pytest.param("one<br/>two<br/>", ["one", "two"], id="breaks"),
        pytest.param("one<br/><br/>two", ["one", "", "two"], id="an empty line"),
        pytest.param("one<div>two</div><p>three</p>", ["one", "two", "three"], id="blocks"),
        pytest.param("a <b>b</b>c", ["a bc"], id="no blank where there is none"),
        pytest.param("a<br/> <i> </i>", ["a"], id="nothing but blanks"),
        pytest.param(
            "Some twenty letters and as many again", ["Some twenty letters", "and as many again"], id="wrapped"
        ),
        pytest.param("Onewordthatiswiderthanitsplace is", ["Onewordthatiswiderthanitsplace", "is"], id="a long word"),
        pytest.param(
            "&#x6f22;&#x5b57; " * 6,
            ["\u6f22\u5b57 \u6f22\u5b57 \u6f22\u5b57 \u6f22\u5b57", "\u6f22\u5b57 \u6f22\u5b57"],
            id="of the East",
        ),
    ],
)
def test_what_html_says_is_in_lines(html: str, lines: list[str]) -> None:
    assert written(label(html)) == lines


def test_what_may_not_wrap_does_not() -> None:
    assert written(label("Some twenty letters and as many again", style="white-space: nowrap")) == [
        "Some twenty letters and as many again"
    ]


@pytest.mark.parametrize(
    ("place", "y"), [("flex-start", [59.465, 71.465]), ("center", [47.465, 59.465]), ("flex-end", [35.465, 47.465])]
)
def test_lines_are_set_from_the_top_about_the_middle_or_to_the_bottom(place: str, y: list[float]) -> None:
    text = label("a<br/>b", f"align-items: unsafe {place}")

    assert [float(line.attributes["y"]) for line in text.elements()] == pytest.approx(y, abs=0.01)


@pytest.mark.parametrize(
    ("place", "lines", "x", "anchor"),
    [
        ("flex-start", "left", 20, "start"),
        ("center", "center", 70, "middle"),
        ("flex-end", "right", 120, "end"),
        pytest.param("center", "left", 70 - 10 * 0.556, "start", id="at the left of a block in the middle"),
    ],
)
def test_lines_are_set_to_a_side(place: str, lines: str, x: float, anchor: str) -> None:
    text = label("ab", f"justify-content: unsafe {place}", f"text-align: {lines}")

    assert (float(text.attributes["x"]), text.attributes["text-anchor"]) == (pytest.approx(x, abs=0.01), anchor)


@pytest.mark.parametrize(
    ("html", "attributes"),
    [
        ("<b>a</b>", {"font-weight": "bold"}),
        ("<em>a</em>", {"font-style": "italic"}),
        ("<font style='font-size: 15px; color: red'>a</font>", {"font-size": "15px", "fill": "red"}),
        ("<h1>a</h1>", {"font-size": "20px", "font-weight": "bold"}),
    ],
)
def test_what_is_set_off_is_so(html: str, attributes: dict[str, str]) -> None:
    (line,) = label(html).elements()
    (run,) = line.elements()

    assert run.attributes.items() >= attributes.items()
    assert run.name == "s:tspan"


def test_runs_that_look_alike_are_one() -> None:
    (line,) = label("one two <b>three</b>").elements()

    assert [each.text() for each in line.elements()] == ["one two", " three"]


@pytest.mark.parametrize(
    "html",
    ["<table/>", "<img src='a.png'/>", "a" * 100_000, f"<b style='{'a' * 100_000}'/>"],
    ids=["a table", "an image", "more than is read", "more style than is read"],
)
def test_what_is_more_than_text_keeps_what_stands_beside_it(html: str) -> None:
    assert label(html).text() == "cut..."


@pytest.mark.parametrize(
    ("place", "style"),
    [("display: block", ""), ("", "display: block"), ("", "writing-mode: vertical-rl")],
    ids=["elsewhere", "no box", "downwards"],
)
def test_what_draw_io_does_not_write_is_left_alone(place: str, style: str) -> None:
    assert label("a", place, style=style).text() == "cut..."


def test_without_a_text_beside_it_nothing_is_written() -> None:
    assert label("a", cut="<s:image/>").name == "s:image"
