import pytest
import tinycss2

from imgsvc.codecs.svg.css.values.references import clip, filters, reference, target_of
from imgsvc.codecs.svg.css.values.tokens import significant


def tokens(text: str) -> list[tinycss2.ast.Node]:
    return significant(tinycss2.parse_component_value_list(text))


@pytest.mark.parametrize(
    ("text", "target"),
    [("url(#a)", "#a"), ("url('#a')", "#a"), ("url(other.svg#a)", ""), ("red", None)],
)
def test_a_target_is_in_the_document(text: str, target: str | None) -> None:
    assert target_of(tokens(text)[0]) == target


@pytest.mark.parametrize(
    ("text", "value"), [("url(#a) alpha", "url(#a)"), ("none", "none"), ("red", None), ("url(x)", "none")]
)
def test_a_reference_is_one_of_those(text: str, value: str | None) -> None:
    assert reference(tokens(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("circle(50%)", "circle(50%)"),
        ("fill-box inset(1px)", "fill-box inset(1px)"),
        ("view-box", "view-box"),
        ("url(#a)", "url(#a)"),
        ("none", "none"),
        ("nonsense(1)", None),
    ],
)
def test_a_clip_is_a_shape_a_box_or_a_reference(text: str, value: str | None) -> None:
    assert clip(tokens(text)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("blur(2px) url(#a)", "blur(2px) url(#a)"), ("url(x)", None), ("none", "none"), ("blur(2px) url(x)", None)],
)
def test_filters_are_functions_and_references(text: str, value: str | None) -> None:
    assert filters(tokens(text)) == value
