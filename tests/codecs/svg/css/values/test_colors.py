import pytest

from imgsvc.codecs.svg.css.values.colors import color_of


# What Chromium 156 shows for each.
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("RED", "#ff0000"),
        ("rebeccapurple", "#663399"),
        ("transparent", "#00000000"),
        ("#abc", "#aabbcc"),
        ("#abcd", "#aabbccdd"),
        ("rgb(0 255 0 / 50%)", "#00ff0080"),
        ("rgba(0, 127, 0, 50%)", "#007f0080"),
        ("rgb(300 -5 0)", "#ff0000"),
        ("hsl(120deg 100% 50%)", "#00ff00"),
        ("hsl(0.5turn 100% 50%)", "#00ffff"),
        ("hsl(120, 200%, 25%)", "#008000"),
        ("hwb(90 10% 20%)", "#73cc1a"),
        ("lab(50% 40 30)", "#bb5846"),
        ("lch(50% 40 30)", "#b25d57"),
        ("oklab(57% 0.1 0.1)", "#b95724"),
        ("oklch(57% .18 25)", "#cc3d3d"),
        ("color(display-p3 0.7529 0.1882 0.1882)", "#d11726"),
        ("color(rec2020 .5 .5 .5)", "#8b8b8b"),
        ("color(a98-rgb .5 .5 .5)", "#818181"),
        ("color(prophoto-rgb .5 .5 .5)", "#929292"),
        ("color(xyz .5 .5 .5)", "#ccb7b4"),
        ("color(srgb 1 .5 0)", "#ff8000"),
        ("light-dark(rgb(218, 232, 252), rgb(29, 41, 59))", "#dae8fc"),
        ("CanvasText", "#000000"),
        ("currentcolor", "currentColor"),
    ],
)
def test_a_color_is_what_browsers_show(text: str, shown: str) -> None:
    assert color_of(text) == shown


@pytest.mark.parametrize(
    "text", ["", "notacolor", "#12", "rgb()", "color()", "hsl(1)", "light-dark(red)", "red blue", "1"]
)
def test_what_is_no_color_is_none(text: str) -> None:
    assert color_of(text) is None
