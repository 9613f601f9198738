import numpy as np
import pytest

from imgsvc.options.filters import UnsharpMode
from imgsvc.transforms.filters.unsharp import unsharp_masking
from tests.images import fading, noise, solid
from tests.transforms.planned import plan_for

ALWAYS = {"unsharp_masking_mode": UnsharpMode.ALWAYS}


def test_a_pixel_is_weighed_against_its_eight_neighbors() -> None:
    image = noise(20, 20, "L")

    found = np.asarray(unsharp_masking(image, plan_for((20, 20), **ALWAYS))).astype(float)

    before = np.pad(np.asarray(image).astype(float), 1, mode="edge")
    around = sum(before[y : y + 20, x : x + 20] for y in range(3) for x in range(3)) - before[1:-1, 1:-1]
    wanted = ((24 + 8) * before[1:-1, 1:-1] - around) / 24
    assert np.abs(found - wanted.clip(0, 255)).max() <= 1


def test_a_flat_area_stays_as_it_is() -> None:
    image = solid()

    assert unsharp_masking(image, plan_for(image.size, **ALWAYS)).tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("wishes", "is_sharpened"),
    [
        ({"width": 10}, True),
        ({}, False),
        ({"width": 10, "sharpen": 1.0}, False),
        ({"width": 40, "enlarge": True}, False),
    ],
)
def test_auto_is_for_what_was_made_smaller_and_is_not_sharpened(wishes: dict[str, object], is_sharpened: bool) -> None:
    found = plan_for((20, 20), unsharp_masking_mode=UnsharpMode.AUTO, **wishes)

    assert (found.filters.unsharp_masking is not None) == is_sharpened


def test_what_is_transparent_makes_no_dark_edge() -> None:
    image = solid(color=(0, 0, 0, 0), mode="RGBA")
    image.paste((200, 100, 50, 255), (0, 0, 4, 8))

    found = unsharp_masking(image, plan_for(image.size, **ALWAYS))

    assert found.getpixel((3, 4)) == (200, 100, 50, 255)


def test_alpha_is_kept() -> None:
    image = fading()

    found = unsharp_masking(image, plan_for(image.size, **ALWAYS))

    assert found.getchannel("A").tobytes() == image.getchannel("A").tobytes()
