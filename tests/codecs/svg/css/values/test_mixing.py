import pytest

from imgsvc.codecs.svg.css.values.colors import color_of


@pytest.mark.parametrize(
    ("text", "color"),
    [
        # As Chromium 156 shows them.
        ("color-mix(in srgb, red 30%, blue)", "#4d00b3"),
        ("color-mix(in srgb, red 20%, blue 20%)", "#80008066"),
        ("color-mix(in srgb, red 80%, blue 80%)", "#800080"),
        ("color-mix(in srgb, red 40%, transparent)", "#ff000066"),
        ("color-mix(in hsl, red, lime)", "#ffff00"),
        ("color-mix(in hsl longer hue, red, lime)", "#0000ff"),
        ("color-mix(in hsl increasing hue, lime, red)", "#0000ff"),
        ("color-mix(in hsl decreasing hue, red, lime)", "#0000ff"),
        ("color-mix(in hsl, white, red)", "#df9f9f"),
        ("color-mix(in hwb, white, red)", "#ff8080"),
        ("color-mix(in srgb, color-mix(in srgb, red, blue), lime 25%)", "#604060"),
        ("color-mix(red, blue)", "#8c53a2"),
        ("color-mix(in srgb, red 0%, blue 0%)", "#00000000"),
        ("rgb(from red r 128 b)", "#ff8000"),
        ("rgb(from red r g b / 40%)", "#ff000066"),
        ("hsl(from red calc(h + 120) s l)", "#00ff00"),
        ("hwb(from red h 40% b)", "#ff6666"),
        ("color(from teal srgb r g calc(b * 2))", "#0080ff"),
        ("rgb(from rgb(0 0 0 / 50%) none g b / alpha)", "#00000080"),
        ("contrast-color(black)", "#ffffff"),
        ("contrast-color(yellow)", "#000000"),
    ],
)
def test_colors_are_made_of_others(text: str, color: str) -> None:
    assert color_of(text) == color


@pytest.mark.parametrize(
    "text",
    [
        "color-mix(in srgb, red)",
        "color-mix(in nonsense, red, blue)",
        "color-mix(srgb, red, blue)",
        "color-mix(in hsl sideways hue, red, blue)",
        "color-mix(in lab longer hue, red, blue)",
        "color-mix(in srgb, red 120%, blue)",
        "color-mix(in srgb, red, nonsense)",
        "rgb(from nonsense r g b)",
        "rgb(from red r g)",
        "rgb(from red r g b / 1 2)",
        "rgb(from red r g 3px)",
        "rgb(from)",
        "nonsense(from red r g b)",
        "color(from red nonsense r g b)",
        "contrast-color(nonsense)",
        "contrast-color(red, blue)",
    ],
)
def test_what_is_not_said_well_is_no_color(text: str) -> None:
    assert color_of(text) is None
