from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, ResizingType, Size
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.fixed_point import shrunk
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.resampling import resampling, stretching
from imgsvc.transforms.scale import fix_size, resampled, scale
from tests.images import BLUE, GREEN, RED, WHITE, fading, noise, quadrants, solid
from tests.transforms.planned import plan_for, transformed

MODES = pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])


def corners(image: Image.Image) -> list[object]:
    """The outermost pixels: a resampler rings around the middle."""
    right, bottom = image.width - 1, image.height - 1
    return [image.getpixel(xy) for xy in ((0, 0), (right, 0), (0, bottom), (right, bottom))]


@MODES
@pytest.mark.parametrize("linear", [False, True])
def test_scaling_keeps_the_mode(mode: str, linear: bool) -> None:
    plan = plan_for((40, 20), width=15, linear=linear)

    image = scale(quadrants(40, 20, mode), plan)

    assert (image.mode, image.size) == (mode, (15, 8))


def test_the_corners_stay_where_they_are() -> None:
    image = transformed(quadrants(80, 40), width=20)

    assert corners(image) == [RED, GREEN, BLUE, WHITE]


def test_one_axis_may_grow_while_the_other_shrinks() -> None:
    wishes = {"resizing_type": ResizingType.FORCE, "width": 20, "height": 80, "enlarge": True}

    image = transformed(quadrants(80, 40), **wishes)

    assert corners(image) == [RED, GREEN, BLUE, WHITE]


def test_the_other_axis_may_grow_as_well() -> None:
    wishes = {"resizing_type": ResizingType.FORCE, "width": 160, "height": 10, "enlarge": True}

    image = transformed(quadrants(80, 40), **wishes)

    assert corners(image) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("factor", [0.03, 0.49, 0.7, 1.5])
def test_one_color_stays_one_color_to_the_edges(factor: float) -> None:
    """Where a span leaves the image, edge pixels are repeated; black would show."""
    image = resampled(solid(37, 19, RED), resampling(Size(37, 19), factor, factor))

    assert image.getextrema() == ((255, 255), (0, 0), (0, 0))


@pytest.mark.parametrize("linear", [False, True])
def test_the_color_of_what_is_transparent_does_not_bleed(linear: bool) -> None:
    image = solid(40, 40, (0, 0, 255, 0), "RGBA")
    image.paste((255, 0, 0, 255), (0, 0, 40, 21))

    small = scale(image, plan_for((40, 40), width=10, linear=linear))

    assert small.getpixel((5, 5))[:3] == (255, 0, 0)  # type: ignore[index]


def test_linear_light_makes_the_mean_of_black_and_white_lighter() -> None:
    stripes = Image.frombytes("L", (64, 64), bytes([0, 255] * 32) * 64)

    plain, linear = (scale(stripes, plan_for((64, 64), width=1, linear=each)) for each in (False, True))

    assert (plain.getpixel((0, 0)), linear.getpixel((0, 0))) == (pytest.approx(128, abs=2), pytest.approx(188, abs=2))


def test_an_image_of_the_planned_size_is_given_back() -> None:
    image = quadrants()

    assert scale(image, plan_for(image.size)) is image


def test_a_decoder_that_gave_less_than_promised_changes_no_size() -> None:
    assert scale(quadrants(30, 20), plan_for((40, 20), width=20)).size == (20, 10)


def test_what_the_format_cannot_hold_is_shrunk() -> None:
    plan = plan_for((600, 300), result_format=Format.ICO)

    assert fix_size(quadrants(600, 300), plan).size == (256, 128)


def test_what_the_format_holds_is_given_back() -> None:
    image = quadrants()

    assert fix_size(image, plan_for(image.size, result_format=Format.ICO)) is image


@pytest.mark.parametrize("size", [(7, 3), (100, 2), (64, 64)])
def test_stretching_gives_exactly_the_size(size: tuple[int, int]) -> None:
    image = noise(64, 48)

    assert resampled(image, stretching(Size(*image.size), Size(*size))).size == size


def test_scaling_leaves_its_input_alone() -> None:
    image = fading()
    before = image.tobytes()

    scale(image, plan_for(image.size, width=10))

    assert image.tobytes() == before


def test_a_huge_reduction_keeps_the_brightness() -> None:
    """Pillow's own `reduce`, asked for all at once, would darken it."""
    image = solid(9000, 6000, 200, "L")

    assert resampled(image, stretching(Size(9000, 6000), Size(1, 1))).getpixel((0, 0)) == pytest.approx(200, abs=1)


def test_a_long_strip_keeps_the_brightness() -> None:
    image = solid(1, 1_000_000, 200, "L")

    assert resampled(image, stretching(Size(1, 1_000_000), Size(1, 2))).getpixel((0, 0)) == pytest.approx(200, abs=2)


def test_the_kernel_sees_the_edge_repeated() -> None:
    """Else the last row would count for less than libvips lets it."""
    image = solid(4, 8, 0, "L")
    image.paste(255, (0, 7, 4, 8))

    plain, longer = (
        resampled(each, stretching(Size(*each.size), Size(4, each.height // 2))) for each in _lengthened(image)
    )

    assert plain.getpixel((0, 3)) == pytest.approx(longer.getpixel((0, 3)), abs=1)


def _lengthened(image: Image.Image) -> tuple[Image.Image, Image.Image]:
    longer = solid(image.width, 2 * image.height, 255, image.mode)
    longer.paste(image, (0, 0))
    return image, longer


def test_columns_are_scaled_before_rows() -> None:
    """Each pass rounds and clips, so that a picture and its transposition come out a little different."""
    image = noise(64, 64, "L")
    how = stretching(Size(64, 64), Size(40, 40))

    by_hand = image.resize((64, 40), Image.Resampling.LANCZOS).resize((40, 40), Image.Resampling.LANCZOS)

    assert resampled(image, how).crop((8, 8, 32, 32)).tobytes() == by_hand.crop((8, 8, 32, 32)).tobytes()


def test_a_gif_is_there_where_libvips_says_so() -> None:
    """A level of alpha decides about a pixel of it; elsewhere nobody sees a level."""
    image = noise(60, 60, "RGBA")
    image.putalpha(noise(60, 60, "L"))
    how = stretching(Size(60, 60), Size(20, 20))

    result = transformed(image, width=20, height=20, result_format=Format.GIF)

    assert result.getchannel("A").tobytes() == shrunk(np.asarray(image.getchannel("A"))[..., None], how).tobytes()


SIDES = st.integers(1, 60)
# A level of color is nothing where there is hardly any alpha.
PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


@MODES
@given(data=st.data(), width=SIDES, height=SIDES, factor=st.floats(0.02, 1.5))
def test_a_part_is_cut_out_of_the_whole(mode: str, data: st.DataObject, width: int, height: int, factor: float) -> None:
    how = resampling(Size(width, height), factor, factor)
    left, top = data.draw(st.integers(0, how.size.width - 1)), data.draw(st.integers(0, how.size.height - 1))
    right = data.draw(st.integers(left + 1, how.size.width))
    bottom = data.draw(st.integers(top + 1, how.size.height))
    image = noise(width, height, mode)

    part = resampled(image, how, Box(left, top, right, bottom))

    whole = resampled(image, how).crop((left, top, right, bottom))
    # A place computed from another beginning may be off by the last bit: a level in each of the two passes.
    one, other = (np.asarray(each.convert(PREMULTIPLIED.get(mode, mode)), int) for each in (part, whole))
    assert abs(one - other).max() <= 2


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("linear", [False, True])
def test_a_cropped_result_is_that_of_the_whole_picture(orientation: int, linear: bool) -> None:
    wishes = {"resizing_type": ResizingType.FILL, "width": 20, "height": 31}
    plan = plan_for((90, 60), orientation=orientation, linear=linear, **wishes)
    image = noise(90, 60)

    cropped = transform(image, plan, Scope(60))

    whole = transform(image, replace(plan, scale_part=None), Scope(60))
    assert cropped.size == (20, 31)
    assert abs(np.asarray(cropped, int) - np.asarray(whole, int)).max() <= 1
