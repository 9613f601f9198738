import pytest

from imgsvc.codecs.svg.css.bounds import Sheets
from imgsvc.codecs.svg.css.declarations import Declaration
from imgsvc.codecs.svg.css.sheets import rules_of
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.errors import BrokenSvgError


def values(text: str, **attributes: str) -> list[str]:
    rules = rules_of([Element("style", attributes, [text])], Sheets(), (100.0, 100.0))
    return [each.value for rule in rules for each in rule.declarations]


def test_a_rule_is_its_selectors_and_what_is_declared() -> None:
    (rule,) = rules_of([Element("style", {}, ["a, b{fill:red;stroke:blue!important}"])], Sheets(), (100.0, 100.0))

    assert rule.declarations == [Declaration("fill", "red"), Declaration("stroke", "blue", is_important=True)]
    assert [each.key for each in rule.selectors] == ["a", "b"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("@media screen{a{fill:x}}", ["x"]),
        ("@media print{a{fill:x}}", []),
        ("@media not print{a{fill:x}}", ["x"]),
        ("@media print, all{a{fill:x}}", ["x"]),
        ("@media (prefers-color-scheme: dark){a{fill:x}}", []),
        ("@media (prefers-color-scheme:light){a{fill:x}}", ["x"]),
        ("@media (min-width: 10px){a{fill:x}}", ["x"]),
        ("@media (min-width: 1000px){a{fill:x}}", []),
        ("@supports (color: red){a{fill:x}}", ["x"]),
        ("@supports not (color: red){a{fill:x}}", []),
        ("@layer base{a{fill:x}}", ["x"]),
        ("@font-face{font-family:x}", []),
        ("@import url(other.css);a{fill:x}", ["x"]),
        ("a{fill:x", ["x"]),
        ("}a{fill:x} b{fill:y}", ["y"]),
        ("a:nonsense{fill:x} b{fill:y}", ["y"]),
        ("<!-- a{fill:x} -->", ["x"]),
        ("a{fill:x;@media print{fill:y}}", ["x"]),
        ("a{@media screen{fill:x}}", ["x"]),
        ("a{fill:x;& b{fill:y} fill:z}", ["x", "y", "z"]),
        ("@container (width > 1px){a{fill:x}}", []),
    ],
)
def test_rules_for_a_light_screen_are_taken(text: str, shown: list[str]) -> None:
    assert values(text) == shown


@pytest.mark.parametrize(
    ("attributes", "shown"),
    [({"type": "text/css"}, 1), ({"type": "text/less"}, 0), ({"media": "print"}, 0), ({"media": "screen"}, 1)],
)
def test_a_style_element_says_whether_it_is_meant(attributes: dict[str, str], shown: int) -> None:
    assert len(values("a{fill:x}", **attributes)) == shown


def test_a_style_sheet_over_the_bounds_is_refused() -> None:
    with pytest.raises(BrokenSvgError):
        values("a{}" * 6000)


def keys(text: str) -> list[str]:
    rules = rules_of([Element("style", {}, [text])], Sheets(), (100.0, 100.0))
    return [str(each.tree) for rule in rules for each in rule.selectors]


def test_a_rule_in_a_rule_is_for_what_is_in_that_or_beside_it() -> None:
    assert keys(".a{ .b{fill:x} > .c{fill:x} &.d{fill:x} }") == [":is(.a) .b", ":is(.a)>.c", ":is(.a).d"]


@pytest.mark.parametrize(
    ("text", "layers"),
    [
        ("a{fill:x}", [0]),
        ("@layer a{a{fill:x}} a{fill:x}", [0, 1]),
        ("@layer one, two; @layer two{a{fill:x}} @layer one{a{fill:x}}", [1, 0]),
        ("@layer a{@layer b{a{fill:x}} a{fill:x}}", [0, 1]),
        ("@layer{a{fill:x}} @layer{a{fill:x}}", [0, 1]),
    ],
)
def test_layers_are_as_strong_as_they_are_late_and_none_is_stronger(text: str, layers: list[int]) -> None:
    rules = rules_of([Element("style", {}, [text])], Sheets(), (100.0, 100.0))

    assert [rule.layer for rule in rules] == layers
