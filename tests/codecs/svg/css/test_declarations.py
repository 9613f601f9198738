import pytest

from imgsvc.codecs.svg.css.bounds import Characters
from imgsvc.codecs.svg.css.declarations import Declaration, style_declarations


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("fill:red", [("fill", "red")]),
        (" Fill : red ; stroke:url(#a);;x", [("fill", "red"), ("stroke", "url(#a)")]),
        ("font-family:'a;b';fill:red", [("font-family", '"a;b"'), ("fill", "red")]),
        ("fill:red/* ; */;stroke:blue", [("fill", "red"), ("stroke", "blue")]),
        ("--A:1;--b:var(--A)", [("--A", "1"), ("--b", "var(--A)")]),
        ("", []),
    ],
)
def test_a_style_attribute_is_its_declarations(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.name, each.value) for each in style_declarations(text, Characters(), {})] == found


def test_an_important_one_says_so() -> None:
    assert style_declarations("fill:red !important", Characters(), {}) == [
        Declaration("fill", "red", is_important=True)
    ]


def test_one_that_is_split_at_sight_costs_nothing() -> None:
    characters = Characters(0)

    assert len(style_declarations("fill:url(#a);stroke:#fff;opacity:.5", characters, {})) == 3


def test_what_is_said_again_is_not_read_again() -> None:
    known = dict[str, Declaration]()
    style_declarations("fill:red;stroke:blue", Characters(), known)

    assert style_declarations("stroke:blue", Characters(), known)[0] is known["stroke:blue"]
