import pytest

from imgsvc.info.pixels import area, of_pixels
from imgsvc.options.geometry import Gravity, GravityType, Size
from imgsvc.options.info import Alpha, Average, Blurhash, InfoOptions
from imgsvc.options.processing import Crop
from tests import images
from tests.codecs.files import opened
from tests.renderers import scope


def told(options: InfoOptions, body: bytes, word: str, *, has_alpha: bool = False) -> dict[str, object]:
    return of_pixels(options, opened(body, word), scope(), has_alpha=has_alpha)


def test_the_picture_is_upright() -> None:
    smart = InfoOptions(crop=Crop(10, 20, Gravity(GravityType.SMART)))

    assert told(smart, images.oriented(6, 20, 40), "jpeg")["crop"] == {
        "left": pytest.approx(0.5, abs=0.5),
        "top": pytest.approx(0.5, abs=0.5),
        "width": 0.5,
        "height": 0.5,
    }


def test_colors_are_those_of_srgb() -> None:
    body = images.encoded(images.solid(color=(255, 0, 0)), "png", icc_profile=images.swapped_profile())
    found = told(InfoOptions(average=Average(is_told=True)), body, "png")

    assert found == {"average": {"R": 0, "G": 255, "B": 0, "A": 255}}


@pytest.mark.parametrize(
    ("image", "seen"), [(images.fading(), True), (images.solid(mode="RGBA", color=(1, 2, 3, 255)), False)]
)
def test_a_pixel_that_is_seen_through_is_noticed(image: "images.Image.Image", seen: bool) -> None:
    asked = InfoOptions(alpha=Alpha(is_told=True, checks_transparency=True))
    found = told(asked, images.encoded(image, "png"), "png", has_alpha=True)

    assert found == {"alpha": {"has_alpha": True, "transparent": seen}}


def test_of_a_large_photograph_a_hash_takes_no_more_than_it_has_to() -> None:
    asked = InfoOptions(blurhash=Blurhash(4, 3))
    whole = opened(images.encoded(images.noise(1600, 1600), "jpeg"), "jpeg")

    assert len(str(of_pixels(asked, whole, scope(), has_alpha=False)["blurhash"])) == 28


def test_a_drawing_is_drawn_no_larger_than_it_has_to_be() -> None:
    asked = InfoOptions(average=Average(is_told=True))

    assert "average" in told(asked, images.svg(20_000, 10_000, content="<g/>"), "svg")


@pytest.mark.parametrize(
    ("crop", "told"),
    [
        (Crop(100, 50), (0.25, 0.25, 0.5, 0.5)),
        (Crop(0.5, 0.5, Gravity(GravityType.NORTH_WEST)), (0, 0, 0.5, 0.5)),
        (Crop(900, 900), (0, 0, 1, 1)),
    ],
)
def test_an_area_is_told_in_fractions(crop: Crop, told: tuple[float, ...]) -> None:
    assert tuple(area(InfoOptions(crop=crop), Size(200, 100)).values()) == pytest.approx(told, abs=0.011)
