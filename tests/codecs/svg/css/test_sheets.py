import pytest

from imgsvc.codecs.svg.css.bounds import Sheets
from imgsvc.codecs.svg.css.declarations import Declaration
from imgsvc.codecs.svg.css.sheets import rules_of
from imgsvc.codecs.svg.xml_tree import Element
from imgsvc.errors import BrokenSvgError


def values(text: str, **attributes: str) -> list[str]:
    rules = rules_of([Element("style", attributes, [text])], Sheets())
    return [each.value for rule in rules for each in rule.declarations]


def test_a_rule_is_its_selectors_and_what_is_declared() -> None:
    (rule,) = rules_of([Element("style", {}, ["a, b{fill:red;stroke:blue!important}"])], Sheets())

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
        ("@supports (color: red){a{fill:x}}", ["x"]),
        ("@supports not (color: red){a{fill:x}}", []),
        ("@layer base{a{fill:x}}", ["x"]),
        ("@font-face{font-family:x}", []),
        ("@import url(other.css);a{fill:x}", ["x"]),
        ("a{fill:x", ["x"]),
        ("}a{fill:x} b{fill:y}", ["y"]),
        ("a:nonsense{fill:x} b{fill:y}", ["y"]),
        ("<!-- a{fill:x} -->", ["x"]),
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
