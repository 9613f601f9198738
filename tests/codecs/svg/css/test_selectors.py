import pytest
import tinycss2

from imgsvc.codecs.svg.css.bounds import Steps
from imgsvc.codecs.svg.css.selectors import Node, matches, selectors
from imgsvc.codecs.svg.xml_tree import parse
from imgsvc.errors import BrokenSvgError

TREE = Node.of(
    parse(
        b'<svg><g id="g1" class="a b"><rect id="r1" data-x="one two"/><circle id="c1"/><rect id="r2" class="A"/></g>'
        b'<g id="g2"><rect id="r3" lang="en-GB"/>text</g></svg>'
    )
)


def meant(text: str, node: Node = TREE) -> list[str]:
    found = selectors(tinycss2.parse_component_value_list(text), {})
    steps = Steps()
    return [
        each.element.attributes.get("id", each.name)
        for each in (node, *node.below())
        if any(matches(selector.tree, each, steps) for selector in found)
    ]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        (":root", ["svg"]),
        ("rect", ["r1", "r2", "r3"]),
        (".a.b", ["g1"]),
        (".A", ["r2"]),
        ("#g1 rect", ["r1", "r2"]),
        ("svg > rect", []),
        ("svg rect", ["r1", "r2", "r3"]),
        ("circle + rect", ["r2"]),
        ("rect ~ rect", ["r2"]),
        ("rect:not(.A)", ["r1", "r3"]),
        (":is(circle, .a)", ["g1", "c1"]),
        ("g:has(> circle)", ["g1"]),
        ("rect:nth-child(odd)", ["r1", "r2", "r3"]),
        (":nth-last-child(1)", ["svg", "r2", "g2", "r3"]),
        ("rect:nth-of-type(2)", ["r2"]),
        ("rect:first-of-type", ["r1", "r3"]),
        (":only-child", ["svg", "r3"]),
        ("g:empty, rect:empty", ["r1", "r2", "r3"]),
        ("[id^=r]", ["r1", "r2", "r3"]),
        ('[data-x~="two"]', ["r1"]),
        ("[lang|=en]", ["r3"]),
        ('[id$="2" i]', ["r2", "g2"]),
        ("[id*='1']", ["g1", "r1", "c1"]),
        (r"#\67 1", ["g1"]),
        ("rect:hover", []),
    ],
)
def test_a_selector_means_what_css_says(text: str, ids: list[str]) -> None:
    assert meant(text) == ids


@pytest.mark.parametrize("text", ["rect:nonsense", "rect:nth-child(x)", "rect, ::", "", "x|rect", "[|"])
def test_a_selector_that_cannot_be_read_means_nothing(text: str) -> None:
    assert meant(text) == []


def test_what_looks_at_too_many_elements_is_refused() -> None:
    row = Node.of(parse(b"<svg>" + b"<g/>" * 400 + b"</svg>"))

    with pytest.raises(BrokenSvgError):
        meant(".x ~ g ~ g ~ g", row)
