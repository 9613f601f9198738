import pytest

from imgsvc.codecs.svg.css.values.spaces import from_srgb, to_srgb

SPACES = (
    *("srgb", "srgb-linear", "hsl", "hwb", "oklab", "oklch", "lab", "lch", "xyz", "xyz-d65", "xyz-d50"),
    *("display-p3", "a98-rgb", "rec2020", "prophoto-rgb"),
)
COLORS = ((1.0, 0.0, 0.0), (0.2, 0.5, 0.9), (0.5, 0.5, 0.5), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0), (0.1, 0.9, 0.4))


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("color", COLORS)
def test_there_and_back_is_the_same(space: str, color: tuple[float, float, float]) -> None:
    assert to_srgb(space, from_srgb(space, color)) == pytest.approx(color, abs=1e-6)


@pytest.mark.parametrize(
    ("space", "color", "srgb"),
    [
        ("hsl", (120.0, 100.0, 50.0), (0, 1, 0)),
        ("hwb", (120.0, 60.0, 60.0), (0.5, 0.5, 0.5)),
        # CSS Color 4's own examples of green.
        ("lab", (46.2775, -47.5621, 48.5837), (0, 0.502, 0)),
        ("oklch", (0.51975, 0.17686, 142.495), (0, 0.502, 0)),
        ("display-p3", (0.21604, 0.49418, 0.13151), (0, 0.502, 0)),
    ],
)
def test_known_colors_are_what_they_are_known_for(
    space: str, color: tuple[float, float, float], srgb: tuple[float, float, float]
) -> None:
    assert to_srgb(space, color) == pytest.approx(srgb, abs=2e-3)


def test_a_space_that_is_not_known_is_none() -> None:
    assert to_srgb("device-cmyk", (0.0, 0.0, 0.0)) is None
