import pytest
from PIL import Image, ImageChops

from imgsvc.errors import RequestTimeoutError
from imgsvc.options.color import Color
from imgsvc.options.filters import Area, BlurAreas, Monochrome, PixelateAreas, ProgressiveBlur
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.pixels.portions import Portions, banded, premultiplied_portions, whole
from tests.images import fading, noise, solid
from tests.transforms.planned import plan_for

ALL = (Area(0, 0, 1, 1),) * 16


class Clock:
    """Looks at it are counted; after so many, it is late."""

    def __init__(self, late_after: float = 1e9) -> None:
        self.looks = 0
        self.late_after = late_after

    def __call__(self) -> float:
        self.looks += 1
        return 0.0 if self.looks <= self.late_after else 100.0


def counted(times: int, image: Image.Image) -> Portions:
    for _ in range(times):
        yield
    return image


def looks(**wishes: object) -> int:
    clock = Clock()
    transform(noise(1200, 900), plan_for((1200, 900), **wishes), Scope(10, clock=clock))
    return clock.looks


def test_an_image_is_whole_already() -> None:
    image = solid()

    assert whole(image, lambda: pytest.fail("nothing is in between")) is image


@pytest.mark.parametrize("times", [0, 1, 5])
def test_who_runs_it_is_asked_between_all_portions(times: int) -> None:
    image, asked = solid(), []

    assert whole(counted(times, image), lambda: asked.append(1)) is image
    assert len(asked) == times


def test_portions_of_premultiplied_pixels_come_back_in_the_images_mode() -> None:
    seen = []

    def step(pixels: Image.Image) -> Portions:
        seen.append(pixels.mode)
        return (yield from counted(1, pixels))

    found = [whole(premultiplied_portions(image, step)).mode for image in (fading(), solid())]
    assert (seen, found) == (["RGBa", "RGB"], ["RGBA", "RGB"])


def test_a_large_image_goes_through_in_bands_and_comes_out_as_one() -> None:
    image, seen = noise(1024, 2100), []

    def inverted(part: Image.Image) -> Image.Image:
        seen.append(part.size)
        return ImageChops.invert(part)

    assert whole(banded(image, inverted)).tobytes() == ImageChops.invert(image).tobytes()
    assert seen == [(1024, 1024), (1024, 1024), (1024, 52)]


@pytest.mark.parametrize(
    ("wishes", "least"),
    [
        ({"blur_areas": BlurAreas(2, ALL)}, 16),
        ({"pixelate_areas": PixelateAreas(4, ALL)}, 16),
        ({"progressive_blur": ProgressiveBlur(3.0)}, 4),
        ({"saturation": 1.5}, 2),
        ({"monochrome": Monochrome(1.0, Color(9, 99, 0))}, 1),
        ({"sharpen": 1.0, "brightness": 1}, 8),
    ],
)
def test_a_step_that_takes_long_looks_at_its_scope_within(wishes: dict[str, object], least: int) -> None:
    assert looks(**wishes) >= looks(brightness=1) + least


@pytest.mark.parametrize(
    "wishes", [{"blur_areas": BlurAreas(2, ALL)}, {"progressive_blur": ProgressiveBlur(3.0)}, {"sharpen": 1.0}]
)
def test_a_deadline_that_passes_within_a_step_ends_it(wishes: dict[str, object]) -> None:
    whole_time = looks(**wishes)
    within = looks(brightness=1) // 2 + 3

    with pytest.raises(RequestTimeoutError):
        transform(noise(1200, 900), plan_for((1200, 900), **wishes), Scope(10, clock=Clock(within)))
    assert within < whole_time
