import pytest

from imgsvc.transforms.pixels.alpha import has_alpha, is_gray, premultiplied, with_alpha
from tests.images import solid


@pytest.mark.parametrize(("mode", "alpha", "gray"), [("L", 0, 1), ("LA", 1, 1), ("RGB", 0, 0), ("RGBA", 1, 0)])
def test_a_mode_tells_alpha_and_gray(mode: str, alpha: bool, gray: bool) -> None:
    image = solid(color=0, mode=mode)

    assert (has_alpha(image), is_gray(image)) == (alpha, gray)


@pytest.mark.parametrize(("mode", "wider"), [("L", "LA"), ("RGB", "RGBA")])
def test_an_added_alpha_channel_is_opaque(mode: str, wider: str) -> None:
    image = with_alpha(solid(color=0, mode=mode))

    assert (image.mode, image.getchannel("A").getextrema()) == (wider, (255, 255))


def test_an_image_with_alpha_is_given_back() -> None:
    image = solid(mode="RGBA")

    assert with_alpha(image) is image


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_the_mode_is_the_same_before_and_after(mode: str) -> None:
    assert premultiplied(solid(color=0, mode=mode), lambda pixels: pixels.copy()).mode == mode


def test_the_function_sees_colors_multiplied_by_alpha() -> None:
    seen = []

    premultiplied(solid(color=(200, 100, 0, 128), mode="RGBA"), lambda pixels: seen.append(pixels) or pixels)

    assert seen[0].getpixel((0, 0)) == (100, 50, 0, 128)
