import pytest
import tinycss2

from imgsvc.codecs.svg.css.values.fonts import families_of, font, weight_of
from imgsvc.codecs.svg.css.values.tokens import significant


def tokens(text: str) -> list[tinycss2.ast.Node]:
    return significant(tinycss2.parse_component_value_list(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("12px serif", {"font-size": "12", "font-family": "serif", "font-weight": "normal"}),
        ("bold 40px/1.2 'DejaVu Sans'", {"font-size": "40", "font-family": '"DejaVu Sans"', "font-weight": "bold"}),
        ("italic small-caps 300 condensed 1em a b, c", {"font-style": "italic", "font-weight": "300"}),
        ("normal medium/normal x", {"font-size": "medium", "font-family": "x"}),
    ],
)
def test_a_font_is_all_that_it_says(text: str, found: dict[str, str]) -> None:
    assert found.items() <= (font(tokens(text)) or {}).items()


@pytest.mark.parametrize("text", ["", "12px", "serif", "caption", "bold x 12px serif", "12px 3"])
def test_a_font_without_size_or_family_is_none(text: str) -> None:
    assert font(tokens(text)) is None


def test_weights_are_hundreds() -> None:
    assert [weight_of(*tokens(text)) for text in ("450", "1", "bold", "x", "0")] == ["400", "100", "bold", None, None]


def test_families_keep_their_order() -> None:
    assert families_of(tokens("Open Sans, serif")) == "Open Sans , serif"
