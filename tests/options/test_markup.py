import pytest
from hypothesis import given

from imgsvc.options.markup import LARGEST, MOST_CHARACTERS, MOST_MARKUP, Run, runs
from tests.strategies import markups


def only(markup: str) -> Run:
    (run,) = runs(markup)
    return run


def test_a_text_without_tags_is_one_part_in_sans_16() -> None:
    assert runs("Hi &amp; bye") == (Run("Hi & bye", "sans", 16.0, 400),)


def test_tags_set_parts_apart() -> None:
    assert [(run.text, run.weight) for run in runs("a<b>b</b>c")] == [("a", 400), ("b", 700), ("c", 400)]


@pytest.mark.parametrize(
    ("attributes", "changed"),
    [
        ("size='20480'", {"size": 20.0}),
        ("size='20pt'", {"size": 20.0}),
        ("size='150%'", {"size": 24.0}),
        ("size='medium'", {"size": 16.0}),
        ("size='larger'", {"size": 16 * 1.2}),
        ("weight='bold'", {"weight": 700}),
        ("font_weight='350'", {"weight": 350}),
        ("foreground='#F00'", {"color": "ff0000"}),
        ("color='Dark Red'", {"color": "8b0000"}),
        ("alpha='50%'", {"alpha": 0.5}),
        ("fgalpha='32768'", {"alpha": 0.5}),
        ("style='italic'", {"is_italic": True}),
        ("underline='single' strikethrough='true'", {"is_underlined": True, "is_struck": True}),
        ("face='DejaVu Serif'", {"family": "DejaVu Serif"}),
        (
            "font='DejaVu Serif Bold Italic 20'",
            {"family": "DejaVu Serif", "weight": 700, "is_italic": True, "size": 20},
        ),
        ("size='9pt' font='Sans 20'", {"family": "Sans", "size": 9.0}),
        ("font='12'", {"size": 12.0}),
        ("background='red' letter_spacing='100'", {}),
    ],
)
def test_a_span_says_how_its_text_looks(attributes: str, changed: dict[str, object]) -> None:
    assert only(f"<span {attributes}>x</span>") == Run("x")._replace(**changed)


@pytest.mark.parametrize(
    ("tag", "changed"),
    [
        ("b", {"weight": 700}),
        ("i", {"is_italic": True}),
        ("u", {"is_underlined": True}),
        ("s", {"is_struck": True}),
        ("tt", {"family": "monospace"}),
        ("big", {"size": 16 * 1.2}),
        ("small", {"size": 16 / 1.2}),
        ("sup", {"size": 16 / 1.2, "shift": 1}),
        ("sub", {"size": 16 / 1.2, "shift": -1}),
    ],
)
def test_a_short_tag_stands_for_a_span(tag: str, changed: dict[str, object]) -> None:
    assert only(f"<{tag}>x</{tag}>") == Run("x")._replace(**changed)


@pytest.mark.parametrize(
    "markup",
    [
        "a & b",
        "a < b",
        "<b>",
        "</markup><markup>",
        "<svg/>",
        "<b a='1'>x</b>",
        "<span nonsense='1'>x</span>",
        "<span size='huge'>x</span>",
        "<span size='0'>x</span>",
        f"<span size='{LARGEST + 1}pt'>x</span>",
        "<span size='1e3pt'>x</span>",
        "<span weight='strong'>x</span>",
        "<span weight='0'>x</span>",
        "<span color='url(#a)'>x</span>",
        "<span alpha='101%'>x</span>",
        "<span style='left'>x</span>",
        "<span face=\"a', 'b\">x</span>",
        "<span face='a;b'>x</span>",
        "<!DOCTYPE a [<!ENTITY b 'c'>]>x",
        "<![CDATA[x]]>",
        "<!-- x -->",
        "<?x y?>",
        "&nbsp;",
        "\0",
        "\ud800",
        "<b>" * 30 + "</b>" * 30,
        "<big>" * 30 + "x" + "</big>" * 30,
        "x" * (MOST_CHARACTERS + 1),
        "<b></b>" * MOST_MARKUP,
    ],
)
def test_what_is_no_markup_is_refused(markup: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        runs(markup)


@given(markups)
def test_every_part_is_of_a_known_form(markup: str) -> None:
    assert all(len(run.color) == 6 and 0 < run.size <= LARGEST for run in runs(markup))
