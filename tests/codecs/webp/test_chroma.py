import pytest
from PIL import Image, ImageChops, ImageStat

from imgsvc.codecs.webp.chroma import Softening
from samples.draw import meadow
from tests.images import BLUE, RED, fading, noise, quadrants, solid


def test_a_frame_of_few_colors_stays_as_it_is() -> None:
    image = quadrants()

    assert Softening().softened(image) is image


def test_what_is_bright_and_dark_stays() -> None:
    image = meadow(120, 80)

    change = ImageChops.difference(Softening().softened(image).convert("L"), image.convert("L"))

    assert ImageStat.Stat(change).mean[0] < 2


def test_a_small_part_of_another_color_stays() -> None:
    image = meadow(120, 80)
    image.paste(solid(40, 40, BLUE), (0, 0))
    image.paste(RED, (20, 0, 21, 40))

    red, _, blue = Softening().softened(image).getpixel((20, 20))  # type: ignore[misc]

    assert red > 2 * blue


@pytest.mark.parametrize("size", [(1, 97), (97, 1), (33, 31)])
def test_a_frame_of_any_size_keeps_it_and_its_alpha(size: tuple[int, int]) -> None:
    image = Image.merge("RGBA", (*meadow(*size).split(), fading(*size).getchannel("A")))

    found = Softening().softened(image)

    assert (found.size, found.mode) == (size, "RGBA")
    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_what_stays_of_a_frame_is_the_same_in_the_next() -> None:
    softening, first = Softening(), meadow(120, 80)
    second = first.copy()
    second.paste(RED, (50, 40, 60, 50))

    change = ImageChops.difference(*map(softening.softened, (first, second)))

    assert change.getbbox() == (50, 40, 60, 50)


@pytest.mark.parametrize("divisor", [2, 4])
def test_what_is_hardly_seen_has_a_fraction_of_the_resolution(divisor: int) -> None:
    plane = noise(64, 48).getchannel(0)

    found = plane._new(plane.im.coarser(plane.im, divisor, 255))

    small = plane.resize((64 // divisor, 48 // divisor), Image.Resampling.BOX)
    smooth = small.resize(plane.size, Image.Resampling.BILINEAR)
    assert max(ImageChops.difference(found, smooth).getextrema()) <= 2


def test_what_is_seen_stays_as_it_was_found() -> None:
    plane, other = noise(64, 48).getchannel(0), solid(64, 48, RED).getchannel(1)

    found = plane._new(plane.im.coarser(other.im, 2, -1))

    assert found.tobytes() == other.tobytes()


@pytest.mark.parametrize(
    ("mode", "size", "divisor"), [("L", (8, 7), 2), ("RGB", (8, 8), 2), ("L", (8, 8), 3), ("L", (8, 8), 0)]
)
def test_what_are_no_two_planes_is_refused(mode: str, size: tuple[int, int], divisor: int) -> None:
    with pytest.raises(ValueError, match="not two planes"):
        Image.new("L", (8, 8)).im.coarser(Image.new(mode, size).im, divisor, 0)
