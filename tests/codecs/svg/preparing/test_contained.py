import gzip
from urllib.parse import quote

import pytest

from imgsvc.codecs.svg.preparing.contained import Contained, Shared, contain
from imgsvc.codecs.svg.preparing.unscaled import Strokes
from imgsvc.codecs.svg.xml_tree import Element, parse, serialize
from imgsvc.errors import BrokenSvgError
from tests.codecs.svg.preparing.test_embedded import url
from tests.images import encoded, solid, svg

AT_ROOT = Strokes.at_root(100, 100, "")


def contained(content: str) -> Contained:
    return contain(parse(f"<svg>{content}</svg>".encode()), AT_ROOT, Shared())


def first(content: str) -> Element:
    return next(contained(content).root.elements())


@pytest.mark.parametrize(
    ("content", "attributes"),
    [
        ('<image href="http://x/a.png"/>', {}),
        ('<image href="/etc/passwd"/>', {}),
        ('<use href="other.svg#a"/>', {}),
        ('<a href="data:image/png;base64,x"/>', {}),
        ('<image href="data:image/png;base64,x"/>', {}),
        ('<use href="#a"/>', {"href": "#a"}),
        ('<use xlink:href="#a" href="#b"/>', {"href": "#b"}),
        ('<rect filter="url(#missing)"/>', {}),
        ('<g requiredFeatures="x"/>', {}),
        ('<foreignObject requiredFeatures="x"/>', {"requiredFeatures": "x"}),
        ('<rect filter="blur(2px)"/>', {"filter": "blur(2px)"}),
        ('<rect filter="url(#f)"/><filter id="f"/>', {"filter": "url(#f)"}),
    ],
)
def test_a_drawing_refers_to_nothing_but_itself(content: str, attributes: dict[str, str]) -> None:
    assert first(content).attributes == attributes


def test_an_image_is_named_as_the_drawing_program_knows_it() -> None:
    reference = first(f'<image href="{url(encoded(solid(4, 2)), "img/png")}"/>').attributes["href"]

    assert reference.startswith("data:image/png;base64,")


def test_a_drawing_in_a_drawing_is_made_so_too_and_counted() -> None:
    inner = svg(10, 10, '<image href="/etc/passwd"/><text style="fill:red">a</text>')
    made = contained(f'<image href="data:image/svg+xml,{quote(inner)}"/>')

    assert made.has_text
    assert made.cost == (4, 0.0)
    assert b"/etc/passwd" not in serialize(made.root)


def test_an_image_has_one_picture_whatever_prefixes_name_others() -> None:
    large = url(encoded(solid(4, 2)), "img/png")
    image = first(f'<image y:href="data:,a" xlink:href="{large}" z:href="data:,b"/>')

    assert list(image.attributes) == ["xlink:href"]


def test_drawings_in_drawings_come_to_an_end() -> None:
    inner = svg(10, 10, "<rect/>")
    for _ in range(5):
        inner = svg(10, 10, f'<image href="{url(inner, "image/svg+xml")}"/>')

    with pytest.raises(BrokenSvgError):
        contain(parse(inner), AT_ROOT, Shared())


@pytest.mark.parametrize(
    "inner",
    [
        f"<style>{'a{fill:red}' * 2600}</style>",
        f"<style>{'a,' * 11_000}b{{}}</style>",
        f'<g fill="hsl(1 1% 1%{" " * 80_000})"/>',
        "<g/>" * 110_000,
        f"<desc>{' ' * (9 << 20)}</desc>",
    ],
    ids=["rules", "selectors", "values", "elements", "characters"],
)
def test_drawings_in_a_drawing_are_bounded_together(inner: str) -> None:
    image = f'<image href="{url(gzip.compress(svg(10, 10, inner)), "image/svg+xml")}"/>'

    contained(image)
    with pytest.raises(BrokenSvgError):
        contained(image * 2)


def test_a_packed_drawing_that_is_damaged_counts_with_what_it_may_have_been() -> None:
    packed = gzip.compress(svg(10, 10, " " * (10 << 20)), mtime=0)[:-9] + b"x" * 9
    image = f'<image href="{url(packed, "image/svg+xml")}"/>'

    assert next(contained(image).root.elements()).attributes == {}
    with pytest.raises(BrokenSvgError):
        contained(image * 2)


def test_what_concerns_a_nested_drawing_as_a_whole_stands_around_it() -> None:
    group = first('<svg x="1" transform="scale(2)" opacity="0.5"><rect/></svg>')

    assert (group.name, group.attributes) == ("g", {"transform": "scale(2)", "opacity": "0.5"})
    assert group.children == [Element("svg", {"x": "1"}, [Element("rect")])]


def test_a_stroke_that_does_not_scale_is_as_wide_as_before() -> None:
    path = first('<path transform="scale(4)" stroke-width="2" vector-effect="non-scaling-stroke"/>')

    assert path.attributes["stroke-width"] == "0.5"


def test_families_are_looked_up_only_where_there_is_text() -> None:
    assert first('<g font-family="No Such Font"/>').attributes == {"font-family": "No Such Font"}
    assert first('<g font-family="No Such Font"><text/></g>').attributes != {"font-family": "No Such Font"}


def test_more_lists_of_families_than_are_looked_up_end_with_a_generic_one() -> None:
    made = contained("".join(f'<text font-family="F{i}"/>' for i in range(60)))

    assert made.has_lists
    assert list(made.root.elements())[-1].attributes == {"font-family": "F59, sans-serif"}
