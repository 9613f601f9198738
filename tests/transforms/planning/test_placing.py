from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.options.filters import Area, PixelateAreas
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, ResizingType, Size
from imgsvc.options.processing import Crop, ProcessingOptions
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.planning.orientation import turn_of_exif
from imgsvc.transforms.planning.plan import SourceShape, plan
from tests.transforms.strategies import gravities

sides = st.integers(20, 60)
tenths = st.integers(0, 10).map(lambda tenth: tenth / 10)
crops = st.builds(Crop, st.floats(20, 60), st.floats(20, 60), gravities)


def stored(size: Size, area: Area, orientation: int) -> tuple[Image.Image, Size]:
    """A black picture that is white in `area` once it is upright, as it lies in its file; and the upright size."""
    upright = turn_of_exif(orientation).size(size)
    image = Image.new("L", size)
    left, top = area.left * upright.width, area.top * upright.height
    seen = (left, top, left + area.width * upright.width, top + area.height * upright.height)
    image.paste(255, tuple(round(each) for each in turn_of_exif(orientation).undo_rectangle(seen, upright)))
    return image, upright


@given(
    st.builds(Size, st.just(60), st.just(40)), st.builds(Area, tenths, tenths, tenths, tenths), st.integers(1, 8),
    st.sampled_from([0, 90, 180, 270]), st.booleans(), sides, sides, st.sampled_from(ResizingType), crops,
)  # fmt: skip
def test_an_area_is_where_the_picture_shows_it(
    size: Size, area: Area, orientation: int, rotate: int, flips: bool, width: int, height: int,
    resizing: ResizingType, crop: Crop,
) -> None:  # fmt: skip
    assume(area.left + area.width <= 1 and area.top + area.height <= 1)
    wishes = ProcessingOptions(
        rotate=rotate, flip_vertical=flips, width=width, height=height, resizing_type=resizing, crop=crop,
        pixelate_areas=PixelateAreas(10**6, (area,)),
    )  # fmt: skip
    shape = SourceShape(size, orientation)
    assume(crop.gravity is None or crop.gravity.type.word != "sm")
    planned = plan(shape, wishes, result_format=Format.PNG)
    image, _ = stored(size, area, orientation)

    shown = transform(image, plan(shape, ProcessingOptions(
        rotate=rotate, flip_vertical=flips, width=width, height=height, resizing_type=resizing, crop=crop,
    ), result_format=Format.PNG), Scope(60))  # fmt: skip

    areas = planned.filters.pixelate_areas
    box = areas.boxes[0] if areas else Box(0, 0, 0, 0)
    outside = shown.copy()
    outside.paste(0, box)
    inside = shown.crop((box.left + 3, box.top + 3, box.right - 3, box.bottom - 3)) if min(box.size) > 6 else None
    # The resampler's kernel lets white out by a pixel or two, and black in.
    assert outside.getextrema()[1] < 255 or not areas
    assert inside is None or inside.getextrema()[0] > 0
