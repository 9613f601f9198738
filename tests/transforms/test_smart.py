import pytest
from hypothesis import given
from PIL import Image

from imgsvc.options.geometry import Box, Gravity, GravityType, ResizingType, Size
from imgsvc.options.processing import Crop
from imgsvc.transforms.smart import smart_box
from tests.images import noise, solid
from tests.transforms.planned import transformed
from tests.transforms.strategies import sizes

SKIN = (224, 172, 140)


def centered(box: Box) -> tuple[int, int]:
    return (box.left + box.right) // 2, (box.top + box.bottom) // 2


def with_patch(patch: Image.Image, left: int, top: int) -> Image.Image:
    image = solid(320, 320, (120, 120, 120))
    image.paste(patch, (left, top))
    return image


def test_edges_draw_attention() -> None:
    image = with_patch(noise(40, 40, "L").convert("RGB"), 240, 60)

    assert centered(smart_box(image, Size(60, 60))) == pytest.approx((260, 80), abs=30)


def test_skin_draws_attention() -> None:
    image = with_patch(solid(60, 60, SKIN), 30, 200)

    assert centered(smart_box(image, Size(80, 80))) == pytest.approx((60, 230), abs=40)


def test_what_is_transparent_does_not() -> None:
    image = with_patch(noise(80, 80), 10, 10).convert("RGBA")
    image.putalpha(255)
    image.paste((0, 0, 0, 0), (0, 0, 200, 320), mask=noise(200, 320, "L").point([255] * 256))

    assert smart_box(image, Size(60, 60)).right > 150


def test_a_picture_without_interest_is_cut_at_its_start() -> None:
    assert smart_box(solid(100, 100, (0, 0, 0)), Size(50, 50)) == (0, 0, 50, 50)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_every_mode_has_its_box(mode: str) -> None:
    assert smart_box(noise(mode=mode), Size(10, 10)).size == (10, 10)


@given(sizes)
def test_the_box_lies_inside(size: Size) -> None:
    part = Size(max(1, size.width // 2), max(1, size.height // 3))

    box = smart_box(noise(*size), part)

    assert box.size == part
    assert 0 <= box.left <= size.width - part.width


def test_crop_and_fill_follow_smart_gravity() -> None:
    smart = Gravity(GravityType.SMART)
    image = with_patch(noise(40, 40), 270, 10)

    wishes = {"crop": Crop(200, 100), "width": 20, "height": 20, "resizing_type": ResizingType.FILL, "gravity": smart}

    assert transformed(image, **wishes).size == (20, 20)
