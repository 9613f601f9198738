import subprocess
import sys

import numpy
import pytest
from PIL import Image, ImageDraw

from imgsvc.codecs.color.palette import bits_for, by_pillow, quantized, representatives, rounded, with_binary_alpha
from tests.images import RED, fading, gradient, noise, quadrants, solid


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

    # Nearly white, where there is no libimagequant.
    assert with_binary_alpha(image, 8).convert("RGBA").getpixel((255, 0)) == pytest.approx((255,) * 4, abs=8)


def test_what_is_hidden_does_not_spill_into_what_is_seen() -> None:
    image = solid(16, 16, (0, 0, 0, 0), "RGBA")
    image.paste((200, 150, 100, 255), (4, 4, 12, 12))

    reduced = with_binary_alpha(image, 8)

    assert reduced.convert("RGB").crop((4, 4, 12, 12)).getcolors() == [(64, (200, 150, 100))]


def test_representatives_are_no_more_than_asked_for_and_have_few_colors_as_they_are() -> None:
    assert len(representatives(noise(), 15)) <= 15
    assert {RED, (0, 255, 0), (0, 0, 255), (255, 255, 255)} <= set(representatives(quadrants(), 8))


def drawn(*colors: tuple[int, ...]) -> Image.Image:
    """Two discs on a ground, with soft edges."""
    image = Image.new("RGB" if len(colors[0]) == 3 else "RGBA", (400, 400), colors[0])
    canvas = ImageDraw.Draw(image)
    canvas.ellipse((40, 40, 240, 240), fill=colors[1])
    canvas.ellipse((160, 160, 360, 360), fill=colors[-1])
    return image.resize((96, 96), Image.Resampling.LANCZOS)


@pytest.mark.parametrize(
    ("colors", "bits"),
    [
        (((255, 255, 255), (0, 0, 0)), 1),
        (((0, 0, 0), (255, 255, 255)), 1),
        (((255, 255, 255), (255, 37, 0)), 1),
        (((255, 255, 255), (255, 0, 0), (0, 0, 255)), 2),
        (((0, 0, 0, 0), (255, 0, 0, 255), (0, 0, 255, 255)), 2),
    ],
    ids=str,
)
def test_flat_areas_keep_their_color(colors: tuple[tuple[int, ...], ...], bits: int) -> None:
    image = drawn(*colors)

    found = quantized(image, bits).convert(image.mode)

    assert [found.getpixel(place) for place in ((2, 2), (25, 25), (70, 70))] == [colors[0], colors[1], colors[-1]]
    assert found.getcolors(4) is not None


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_drawing_in_few_colors_has_no_dots(mode: str) -> None:
    image = drawn((255, 255, 255), (255, 40, 0), (0, 60, 200)).convert(mode)

    found = quantized(image, 4)

    shown, wanted = (numpy.asarray(each.convert("RGB"), dtype=int) for each in (found, image))
    colors = numpy.unique(shown.reshape(-1, 3), axis=0)
    distances = ((wanted[..., None, :] - colors) ** 2).sum(axis=-1)
    assert (((wanted - shown) ** 2).sum(axis=-1) == distances.min(axis=-1)).all()


def test_what_fades_in_few_colors_has_dots_for_else_it_has_steps() -> None:
    found = quantized(gradient(256, 64, "RGB"), 2)

    columns = numpy.asarray(found).T
    assert any(len(set(column)) > 1 for column in columns)


def test_colors_of_which_none_is_flat_are_means() -> None:
    image = gradient(256, 64, "RGB")

    found = quantized(image, 1).getpalette("RGB") or []

    assert 0 < min(found[:6]) < max(found[:6]) < 255


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("colors", [2, 15, 256])
def test_pillow_s_own_palettes_have_no_more_colors_either(mode: str, colors: int) -> None:
    assert len(by_pillow(noise(mode=mode), colors).getcolors() or ()) <= colors


def test_pillow_s_own_palettes_keep_few_colors_and_alpha() -> None:
    half = Image.new("RGBA", (4, 4), (*RED, 100))

    assert by_pillow(quadrants(), 4).convert("RGB").tobytes() == quadrants().tobytes()
    assert by_pillow(half, 256).convert("RGBA").getpixel((0, 0)) == (*RED, 100)


WITHOUT = """
from PIL import _imaging
_imaging.HAVE_LIBIMAGEQUANT = False
from imgsvc.codecs.capabilities import capabilities
from imgsvc.codecs.color import palette
from imgsvc.codecs.picture import Picture
from imgsvc.options.formats import Format
from tests.codecs.files import decoded, written
from tests.images import fading, frames, quadrants

assert not palette.HAS_LIBIMAGEQUANT
for picture in (Picture((quadrants(),), palette_bits=8), Picture((fading(32, 32),), palette_bits=4)):
    for format_ in (Format.GIF, Format.PNG):
        assert decoded(written(picture, format_)).size == picture.size
animation = Picture(tuple(frames(3)), (100,) * 3)
assert len(decoded(written(animation, Format.GIF)).frames) == 3
print(next(each.library for each in capabilities() if each.format is Format.GIF))
"""


def test_where_there_is_no_libimagequant_palettes_are_pillow_s() -> None:
    told = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)

    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.endswith("palettes by Pillow itself\n")


def test_a_large_picture_is_reduced_by_the_quicker_way() -> None:
    image = noise(1_501, 1_000)

    assert quantized(image, 4).getpalette() == by_pillow(image, 16).getpalette()
