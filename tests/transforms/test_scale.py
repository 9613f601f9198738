import zlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.options.formats import Format
from imgsvc.options.geometry import Box, ResizingType, Size
from imgsvc.runtime.scope import Scope
from imgsvc.transforms.pipeline import transform
from imgsvc.transforms.planning.resampling import Span, resampling, stretching
from imgsvc.transforms.scale import averaged, fix_size, resampled, scale, shrunk
from tests.images import BLUE, GREEN, RED, WHITE, fading, noise, quadrants, solid
from tests.transforms import libvips
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


@pytest.mark.parametrize("width", [15, 80])
def test_gray_of_16_bits_is_scaled_within_its_levels(width: int) -> None:
    levels = np.zeros((20, 40), np.uint16)
    levels[:, 20:] = 0xFFFF

    image = scale(Image.fromarray(levels), plan_for((40, 20), width=width, enlarge=True))

    assert (image.mode, image.width, image.getextrema()) == ("I;16", width, (0, 0xFFFF))


@pytest.mark.parametrize(("linear", "level"), [(False, 0x8000), (True, 0xBC00)])
def test_gray_of_16_bits_is_as_light_as_its_light(linear: bool, level: int) -> None:
    stripes = np.tile(np.array([0, 0xFFFF], np.uint16), (64, 32))

    image = scale(Image.fromarray(stripes), plan_for((64, 64), width=1, linear=linear))

    assert image.getpixel((0, 0)) == pytest.approx(level, abs=0x200)


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


def test_rows_are_made_fewer_before_columns() -> None:
    """Each pass rounds and clips, so that a picture and its transposition come out a little different."""
    image = noise(64, 64, "L")
    how = stretching(Size(64, 64), Size(40, 40))

    whole = Span(64, 0, 64), Span(40, 0, 40)
    by_hand = shrunk(shrunk(image, replace(how, across=whole[0])), replace(how, down=whole[1]))
    assert resampled(image, how).tobytes() == by_hand.tobytes()


# What `vips resize` of libvips 8.18.7 makes of them.
@pytest.mark.parametrize(
    ("values", "result"),
    [
        pytest.param([0, 36, 73, 109, 146, 182, 219, 255], [28, 127, 226], id="a ramp"),
        pytest.param([0] * 20 + [255] * 20, [0, 128, 255], id="an edge, averaged in blocks first"),
        pytest.param([0, 255] * 10, [105, 133, 126, 128, 129, 122, 150], id="fine bars"),
        pytest.param(
            [(37 * number) % 256 for number in range(41)], [95, 122, 119, 134], id="a last block that is not full"
        ),
    ],
)
def test_a_row_is_libvips_to_the_level(values: list[int], result: list[int]) -> None:
    image = Image.frombytes("L", (len(values), 1), bytes(values))

    small = resampled(image, stretching(Size(len(values), 1), Size(len(result), 1)))

    assert list(small.tobytes()) == result


# And of noise in color: its size, the two factors, the result's size, and a checksum of it.
@pytest.mark.parametrize(
    ("width", "height", "x", "y", "size", "checksum"),
    [
        (40, 30, 0.7, 0.7, (28, 21), 0xE81CA7BA),
        (40, 30, 0.5, 0.5, (20, 15), 0x4A3A420C),
        (64, 48, 0.23, 0.23, (15, 11), 0xF228CBDA),
        (301, 77, 0.31, 0.9, (93, 69), 0x57FF63BA),
        (77, 301, 1, 0.123, (77, 37), 0x37970792),
        (301, 77, 0.05, 1, (15, 77), 0xD4437C30),
        (500, 333, 0.0731, 0.0731, (37, 24), 0xBAE6F477),
        (97, 89, 0.99, 0.499, (96, 44), 0x73ABB185),
        (1000, 3, 0.011, 0.7, (11, 2), 0x92C99157),
        (33, 700, 0.4, 0.0057, (13, 4), 0xEAD733A6),
        (259, 259, 0.0039, 0.0039, (1, 1), 0x5BD50299),
        (640, 427, 0.1234, 0.37, (79, 158), 0x925E56EB),
    ],
)
def test_a_picture_is_libvips_to_the_level(
    width: int, height: int, x: float, y: float, size: tuple[int, int], checksum: int
) -> None:
    image = noise(width, height)

    small = resampled(image, resampling(Size(width, height), x, y))

    assert (small.size, zlib.crc32(small.tobytes())) == (size, checksum)


FACTORS = st.floats(0.001, 1)
LONG_SIDES = st.integers(1, 400)
PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
@given(width=LONG_SIDES, height=LONG_SIDES, x=FACTORS, y=FACTORS)
def test_what_gets_smaller_is_what_libvips_arithmetic_gives(
    mode: str, width: int, height: int, x: float, y: float
) -> None:
    image = noise(width, height, mode)
    image = image.convert(PREMULTIPLIED.get(mode, mode))
    how = resampling(Size(width, height), max(x, 1 / width), max(y, 1 / height))

    found = np.asarray(shrunk(image, how))

    channels = np.asarray(image).reshape(height, width, -1)
    assert (found.reshape(*reversed(how.size), -1) == libvips.shrunk(channels, how)).all()


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@given(data=st.data(), width=LONG_SIDES, height=LONG_SIDES)
def test_a_mean_is_what_libvips_arithmetic_gives(mode: str, data: st.DataObject, width: int, height: int) -> None:
    image = noise(width, height, mode)
    block = Size(data.draw(st.integers(1, width)), data.draw(st.integers(1, height)))

    found = np.asarray(averaged(image, block))

    channels = np.asarray(image).reshape(height, width, -1)
    means = libvips.averaged(channels, block)
    assert (found.reshape(means.shape) == means).all()


@pytest.mark.parametrize("level", [0, 1, 127, 200, 254, 255])
@given(side=st.integers(1, 2000), factor=st.floats(0.001, 1))
def test_what_is_of_one_color_loses_a_level_at_most(level: int, side: int, factor: float) -> None:
    """Weights are cut, as libvips cuts them: what they lack together may be told from nothing."""
    image = solid(side, 1, level, "L")

    small = resampled(image, resampling(Size(side, 1), max(factor, 1 / side), 1))

    assert small.getextrema() in ((level, level), (level - 1, level), (level - 1, level - 1))


def test_white_is_a_level_less_where_it_is_so_in_libvips() -> None:
    """findings/libvips-white.sh."""
    small = resampled(solid(230, 1, 255, "L"), resampling(Size(230, 1), 0.26773, 1))

    assert small.getextrema() == (254, 255)


@pytest.mark.parametrize("result_format", [Format.GIF, Format.PNG])
def test_a_pixel_is_there_where_libvips_says_so(result_format: Format) -> None:
    """A level of alpha decides about a pixel of a GIF."""
    image = noise(60, 60, "RGBA")
    image.putalpha(noise(60, 60, "L"))
    how = stretching(Size(60, 60), Size(20, 20))

    result = transformed(image, width=20, height=20, result_format=result_format)

    wanted = libvips.shrunk(np.asarray(image.getchannel("A"))[..., None], how)
    assert result.getchannel("A").tobytes() == wanted.tobytes()


SIDES = st.integers(1, 60)


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
    # Where Pillow enlarges, a place computed from another beginning may be off by the last bit: a level in each of the
    # two passes. A level of color is nothing where there is hardly any alpha.
    one, other = (np.asarray(each.convert(PREMULTIPLIED.get(mode, mode)), int) for each in (part, whole))
    assert abs(one - other).max() <= (2 if factor > 1 else 0)


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
