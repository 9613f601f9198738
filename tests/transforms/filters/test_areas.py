from typing import Any

import pytest

from imgsvc.options.filters import Area, BlurAreas, PixelateAreas
from imgsvc.options.geometry import Gravity, GravityType, ResizingType
from imgsvc.options.processing import Crop
from imgsvc.transforms.filters.areas import areas_as_scaled, areas_as_stored, blur_areas, pixelate_areas
from imgsvc.transforms.pixels.portions import whole
from tests.images import noise
from tests.transforms.planned import plan_for, transformed

RIGHT_HALF = (Area(0.5, 0.0, 0.5, 1.0),)
SMART = Gravity(GravityType.SMART)


@pytest.mark.parametrize(
    "wish", [{"blur_areas": BlurAreas(4, RIGHT_HALF)}, {"pixelate_areas": PixelateAreas(8, RIGHT_HALF)}]
)
def test_nothing_outside_of_an_area_changes(wish: dict[str, Any]) -> None:
    image = noise(40, 20)

    found = transformed(image, **wish)

    assert found.crop((0, 0, 20, 20)).tobytes() == image.crop((0, 0, 20, 20)).tobytes()
    assert found.crop((20, 0, 40, 20)).tobytes() != image.crop((20, 0, 40, 20)).tobytes()


def test_nothing_from_outside_comes_into_an_area() -> None:
    image = noise(40, 20)
    image.paste((9, 9, 9), (20, 0, 40, 20))

    assert whole(blur_areas(image, plan_for((40, 20), blur_areas=BlurAreas(4, RIGHT_HALF)))).getpixel((20, 5)) == (
        9,
        9,
        9,
    )


def test_blocks_of_an_area_begin_in_its_corner() -> None:
    image = noise(40, 20)

    found = whole(pixelate_areas(image, plan_for((40, 20), pixelate_areas=PixelateAreas(20, RIGHT_HALF))))

    assert len(set(found.crop((20, 0, 40, 20)).get_flattened_data())) == 1


@pytest.mark.parametrize("wishes", [{"crop": Crop(20, 20, SMART)}, {"gravity": SMART, "width": 20, "height": 20}])
def test_where_the_pixels_decide_what_is_kept_areas_come_first(wishes: dict[str, Any]) -> None:
    everything = PixelateAreas(10**6, (Area(0.0, 0.0, 1.0, 1.0),))

    found = transformed(noise(60, 20), pixelate_areas=everything, resizing_type=ResizingType.FILL, **wishes)

    assert found.size == (20, 20)
    assert len(set(found.get_flattened_data())) == 1


def test_an_area_is_filtered_once() -> None:
    image, plan = noise(40, 20), plan_for((40, 20), blur_areas=BlurAreas(4, RIGHT_HALF))

    assert whole(areas_as_stored(image, plan)) is whole(areas_as_scaled(image, plan)) is image
