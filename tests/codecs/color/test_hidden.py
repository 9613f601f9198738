import pytest
from PIL import Image, ImageChops

from imgsvc.codecs.color.hidden import covered
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import WebpOptions, WebpPreset
from tests.codecs.files import reopened, written
from tests.images import BLUE, GREEN, RED, fading, quadrants, solid


def disc(hidden: tuple[int, int, int], side: int = 96) -> Image.Image:
    """A red square, and nothing around it, in a color that is hidden."""
    image = solid(side, side, (*hidden, 0), "RGBA")
    image.paste((*RED, 255), (21, 21, 71, 71))
    return image


def on_white(image: Image.Image) -> Image.Image:
    """What is seen."""
    return Image.alpha_composite(solid(*image.size, "white", "RGBA"), image.convert("RGBA")).convert("RGB")


def halo(image: Image.Image, shown: Image.Image) -> int:
    """By how many levels what is seen differs at most, on white."""
    on_white = [
        Image.alpha_composite(solid(*each.size, "white", "RGBA"), each.convert("RGBA")) for each in (image, shown)
    ]
    bands = ImageChops.difference(*(each.convert("RGB") for each in on_white)).getextrema()
    return max(int(most) for _, most in bands)  # type: ignore[misc]


@pytest.mark.parametrize("hidden", [(0, 0, 0), GREEN, BLUE])
@pytest.mark.parametrize("format_", [Format.WEBP, Format.AVIF, Format.HEIC])
def test_what_is_hidden_does_not_bleed_over_the_edge(format_: Format, hidden: tuple[int, int, int]) -> None:
    image = disc(hidden)

    assert halo(image, reopened(written(image, format_))) < 30
    assert len(written(image, format_).body) <= len(written(disc(RED), format_).body) + 40


def test_nor_does_it_by_another_way_to_write_webp() -> None:
    options = ProcessingOptions(webp_options=WebpOptions(preset=WebpPreset.PHOTO))

    assert halo(disc(GREEN), reopened(written(disc(GREEN), Format.WEBP, options))) < 30


def test_what_is_seen_stays_to_the_level() -> None:
    image = fading(64, 64)

    found = covered(image)

    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()
    assert halo(image, found) == 0


@pytest.mark.parametrize("size", [(1, 1), (1, 37), (33, 17)])
def test_a_picture_of_any_size_is_covered(size: tuple[int, int]) -> None:
    image = Image.new("RGBA", size)
    image.putpixel((0, 0), (*RED, 255))

    found = covered(image)

    assert found.size == size
    assert found.convert("RGB").getcolors() == [(size[0] * size[1], RED)]


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_where_nothing_is_hidden_nothing_is_done(mode: str) -> None:
    image = quadrants(mode=mode)

    assert covered(image) is image
