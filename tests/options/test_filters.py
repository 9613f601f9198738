from imgsvc.options.filters import (
    BlurAreas,
    Border,
    Colorize,
    Duotone,
    Gradient,
    Monochrome,
    PixelateAreas,
    ProgressiveBlur,
)


def test_each_is_off_by_itself() -> None:
    kinds = (Monochrome, Duotone, BlurAreas, PixelateAreas, ProgressiveBlur, Border, Colorize, Gradient)

    assert not any(kind()[0] for kind in kinds)


def test_they_can_be_keys() -> None:
    assert {Gradient(0.5): 1}[Gradient(0.5)] == 1
