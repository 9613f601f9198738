import pytest
from PIL import Image

from imgsvc.codecs.palette import bits_for, quantized, rounded, with_binary_alpha
from tests.images import RED, fading, gradient, noise, quadrants


@pytest.mark.parametrize(("colors", "bits"), [(2, 1), (3, 2), (4, 2), (5, 4), (16, 4), (17, 8), (256, 8)])
def test_a_palette_is_as_deep_as_its_colors_need(colors: int, bits: int) -> None:
    assert bits_for(colors) == bits


@pytest.mark.parametrize(("bits", "depth"), [(1, 1), (2, 2), (3, 4), (4, 4), (5, 8), (8, 8), (16, 8)])
def test_a_depth_is_rounded_up_to_one_that_exists(bits: int, depth: int) -> None:
    assert rounded(bits) == depth


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_there_are_no_more_colors_than_bits_can_tell(bits: int) -> None:
    image = quantized(noise(), bits)

    assert len(image.getcolors() or ()) <= 1 << bits


def test_few_colors_stay_what_they_are() -> None:
    image = quadrants()

    assert quantized(image, 2).convert("RGB").tobytes() == image.tobytes()


def test_half_transparent_colors_keep_their_alpha() -> None:
    image = Image.new("RGBA", (4, 4), (*RED, 100))

    assert quantized(image, 8).convert("RGBA").getpixel((0, 0)) == (*RED, 100)


def test_binary_alpha_divides_at_one_half() -> None:
    image = with_binary_alpha(fading(256, 2), 8)

    alpha = image.convert("RGBA").getchannel("A")

    assert [alpha.getpixel((x, 0)) for x in (0, 127, 128, 255)] == [0, 0, 255, 255]


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_an_opaque_image_has_no_transparent_index(mode: str) -> None:
    assert "transparency" not in with_binary_alpha(gradient(mode=mode), 8).info


def test_gray_with_alpha_is_reduced_too() -> None:
    image = Image.merge("LA", (gradient(), gradient()))

    assert with_binary_alpha(image, 8).convert("RGBA").getpixel((255, 0)) == (255, 255, 255, 255)
