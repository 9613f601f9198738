from typing import Any

import numpy
import pytest
from PIL import Image

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import GravityType, Size
from imgsvc.options.processing import WatermarkOptions
from imgsvc.transforms.watermark import Layer, describe, layer, mark_scale
from tests.images import BLUE, quadrants, solid

G = GravityType
BLACK = (0, 0, 0)


def place(
    image: Image.Image, mark: Image.Image, options: WatermarkOptions, *, opacity: float = 1, dpr: float = 1
) -> Image.Image:
    laid = layer(Size(*image.size), mark, options, opacity=opacity, dpr=dpr)
    return laid.over(image) if laid else image


def marked(
    position: GravityType = G.CENTER, x: float = 0, y: float = 0, scale: float = 0, dpr: float = 1, **more: Any
) -> Image.Image:
    """A black image of 40 x 20 with a blue mark of 4 x 2."""
    options = WatermarkOptions(1, position, x, y, scale, **more)
    return place(solid(40, 20, BLACK), solid(4, 2, (*BLUE, 255), "RGBA"), options, dpr=dpr)


@pytest.mark.parametrize(
    ("position", "box"),
    [(G.NORTH_WEST, (0, 0, 4, 2)), (G.SOUTH_EAST, (36, 18, 40, 20)), (G.CENTER, (18, 10, 22, 12))],
)
def test_a_mark_lies_where_its_position_says(position: GravityType, box: object) -> None:
    assert marked(position).getbbox() == box


def test_offsets_obey_dpr_and_the_mark_does_not() -> None:
    assert marked(G.NORTH_WEST, 3, 4, dpr=2).getbbox() == (6, 8, 10, 10)


def test_a_mark_may_hang_over_the_edge() -> None:
    assert marked(G.NORTH_WEST, -2, -1).getbbox() == (0, 0, 2, 1)


def test_a_scaled_mark_fits_its_share_of_the_image() -> None:
    assert marked(G.NORTH_WEST, scale=0.5).getbbox() == (0, 0, 20, 10)


@pytest.mark.parametrize(("share", "size"), [(0.15, (29, 15)), (0.0001, (1, 1)), (2, (384, 192))])
def test_a_share_is_of_the_images_sides(share: float, size: tuple[int, int]) -> None:
    assert mark_scale(Size(192, 192), Size(200, 100), share).size == size


def test_a_mark_that_fits_no_memory_is_refused() -> None:
    with pytest.raises(ResolutionError):
        marked(scale=1e308)


def test_tiles_repeat_over_the_image_with_gaps() -> None:
    image = marked(G.REPLICATE, 2, 1)

    blue = image.getchannel("B").tobytes().count(255)
    assert blue == pytest.approx(40 * 20 * (4 / 6) * (2 / 3), rel=0.15)


def test_half_a_mark_on_nothing_is_less_than_half_there() -> None:
    image = place(solid(4, 4, (0, 0, 0, 0), "RGBA"), solid(4, 4), WatermarkOptions(0.5))

    assert image.getchannel("A").getextrema() == (127, 127)


def test_half_the_opacity_shows_half() -> None:
    mark, options = solid(4, 4, (200, 0, 0, 255), "RGBA"), WatermarkOptions(0.5)

    image = place(solid(4, 4, BLACK), mark, options, opacity=0.5)

    assert image.getpixel((0, 0)) == pytest.approx((50, 0, 0), abs=1)


@pytest.mark.parametrize(("opacity", "factor"), [(0, 1), (1, 0)])
def test_a_mark_that_would_not_show_leaves_the_image(opacity: float, factor: float) -> None:
    image = quadrants()

    assert place(image, solid(), WatermarkOptions(opacity), opacity=factor) is image


@pytest.mark.parametrize(
    ("mode", "mark", "result"),
    [
        ("RGB", "RGBA", "RGB"),
        ("RGBA", "RGBA", "RGBA"),
        ("L", "LA", "L"),
        ("L", "L", "L"),
        ("LA", "LA", "LA"),
        ("L", "RGBA", "RGB"),
        ("LA", "RGBA", "RGBA"),
        ("RGBA", "LA", "RGBA"),
    ],
)
def test_color_is_added_only_for_a_mark_of_color(mode: str, mark: str, result: str) -> None:
    image = place(solid(8, 8, 0, mode), solid(2, 2, 0, mark), WatermarkOptions(1))

    assert image.mode == result


def test_on_a_transparent_image_the_mark_is_opaque() -> None:
    image = place(solid(8, 8, (0, 0, 0, 0), "RGBA"), solid(2, 2, (*BLUE, 255), "RGBA"), WatermarkOptions(1))

    assert image.getpixel((4, 4)) == (*BLUE, 255)


def test_a_mark_outside_the_image_leaves_it() -> None:
    image = quadrants()

    assert Layer(solid(mode="RGBA"), 40, 0).over(image) is image


def test_a_mark_leaves_its_image_alone() -> None:
    image = quadrants()
    before = image.tobytes()

    place(image, solid(4, 4, mode="RGBA"), WatermarkOptions(1))

    assert image.tobytes() == before


def test_a_chessboard_leaves_every_second_tile_out() -> None:
    mark, options = solid(10, 10, (*BLUE, 255), "RGBA"), WatermarkOptions(1, G.CHESSBOARD)

    blue = numpy.asarray(place(solid(50, 30, BLACK), mark, options).getchannel("B")) > 0
    rows, columns = numpy.mgrid[0:30, 0:50] // 10
    assert (blue == ((rows + columns) % 2 == 0)).all()


def test_gaps_of_a_chessboard_are_between_its_squares() -> None:
    mark, options = solid(10, 10, (*BLUE, 255), "RGBA"), WatermarkOptions(1, G.CHESSBOARD, 5, 5)

    blue = numpy.asarray(place(solid(45, 45, BLACK), mark, options).getchannel("B")) > 0
    assert [tuple(blue[y + 7, [7, 22, 37]]) for y in (0, 15, 30)] == [
        (True, False, True),
        (False, True, False),
        (True, False, True),
    ]


@pytest.mark.parametrize(
    ("size", "box"),
    [
        (Size(20, 20), (0, 0, 20, 10)),
        (Size(20, 4), (0, 0, 8, 4)),
        (Size(20, 0), (0, 0, 20, 10)),
        (Size(0, 10), (0, 0, 20, 10)),
        (Size(0, 0), (0, 0, 4, 2)),
        (Size(2, 2), (0, 0, 2, 1)),
    ],
)
def test_a_size_is_fitted_into_and_a_missing_side_follows(size: Size, box: object) -> None:
    assert marked(G.NORTH_WEST, size=size).getbbox() == box


def test_a_size_obeys_no_dpr_and_gives_way_to_a_scale() -> None:
    assert marked(G.NORTH_WEST, size=Size(8, 8), dpr=2).getbbox() == (0, 0, 8, 4)
    assert marked(G.NORTH_WEST, size=Size(8, 8), scale=0.5).getbbox() == (0, 0, 20, 10)


def test_a_size_that_fits_no_memory_is_refused() -> None:
    with pytest.raises(ResolutionError):
        marked(size=Size(2**63, 0))


@pytest.mark.parametrize(("degrees", "corner"), [(90, (9, 0)), (-270, (9, 0)), (180, (19, 9)), (270, (0, 19))])
def test_a_quarter_turn_is_clockwise_and_exact(degrees: float, corner: tuple[int, int]) -> None:
    mark = solid(20, 10, (0, 255, 0, 255), "RGBA")
    mark.putpixel((0, 0), (255, 0, 0, 255))

    found = place(solid(60, 60, BLACK), mark, WatermarkOptions(1, G.NORTH_WEST, rotate=degrees))
    assert found.getpixel(corner) == (255, 0, 0)


def test_any_other_angle_grows_the_canvas_and_leaves_its_corners_clear() -> None:
    mark, options = solid(40, 20, (*BLUE, 255), "RGBA"), WatermarkOptions(1, G.NORTH_WEST, rotate=30)

    found = place(solid(80, 80, BLACK), mark, options).getchannel("B")
    width, height = 40 * 0.866 + 20 * 0.5, 40 * 0.5 + 20 * 0.866
    assert found.getbbox() == pytest.approx((0, 0, width, height), abs=1.5)
    assert (found.getpixel((1, 1)), found.getpixel((22, 18)), found.getpixel((43, 1))) == (0, 255, 0)


def test_a_rotation_mixes_no_color_of_what_is_clear_in() -> None:
    mark, options = solid(41, 21, (0, 0, 0, 0), "RGBA"), WatermarkOptions(1, rotate=20)
    mark.paste((255, 255, 255, 255), (5, 5, 36, 16))

    found = place(solid(80, 80, (255, 255, 255)), mark, options)
    assert found.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize("degrees", [0.0, 360.0, -720.0, 1e-9])
def test_a_full_turn_changes_no_byte(degrees: float) -> None:
    assert marked(rotate=degrees).tobytes() == marked().tobytes()


def test_a_shadow_moves_no_mark() -> None:
    mark, white = solid(20, 10, (*BLUE, 255), "RGBA"), solid(100, 60, (255, 255, 255))

    found = place(white, mark, WatermarkOptions(1, G.SOUTH_EAST, 10, 10, shadow=3))
    plain = place(white, mark, WatermarkOptions(1, G.SOUTH_EAST, 10, 10))
    inside = (70, 40, 90, 50)
    assert found.crop(inside).tobytes() == plain.crop(inside).tobytes()
    assert (plain.getpixel((66, 45)), found.getpixel((66, 45))[0] < 245) == ((255, 255, 255), True)


def test_a_mark_beside_the_picture_casts_its_shadow_into_it() -> None:
    mark, white = solid(20, 20, (*BLUE, 255), "RGBA"), solid(40, 40, (255, 255, 255))

    found = place(white, mark, WatermarkOptions(1, G.WEST, -19, 0, shadow=3))
    whole = place(solid(80, 80, (255, 255, 255)), mark, WatermarkOptions(1, G.WEST, 1, 0, shadow=3))
    assert numpy.abs(numpy.asarray(found, int) - numpy.asarray(whole.crop((20, 20, 60, 60)), int)).max() <= 2


def test_tiles_have_their_shadows_where_one_would_have_it() -> None:
    mark, white = solid(10, 10, (*BLUE, 255), "RGBA"), solid(90, 90, (255, 255, 255))

    tiles = place(white, mark, WatermarkOptions(1, G.REPLICATE, 80, 80, shadow=3))
    one = place(white, mark, WatermarkOptions(1, G.CENTER, shadow=3))
    assert tiles.tobytes() == one.tobytes()


def test_a_shadow_has_the_marks_opacity() -> None:
    mark, white = solid(20, 20, (*BLUE, 255), "RGBA"), solid(60, 60, (255, 255, 255))

    whole, half = (place(white, mark, WatermarkOptions(share, shadow=3)).getpixel((18, 30))[0] for share in (1, 0.5))
    assert half == pytest.approx((255 + whole) / 2, abs=1)


def test_the_position_among_the_options_does_not_matter_for_what_is_neutral() -> None:
    assert marked(size=Size(0, 0), rotate=0, shadow=0).tobytes() == marked().tobytes()


def test_it_says_what_it_does() -> None:
    options = WatermarkOptions(0.5, G.CHESSBOARD, 5, 6, url="http://x/m.png", size=Size(9, 0), rotate=-30, shadow=2)

    assert list(describe(options)) == [
        ("watermark", "http://x/m.png, 0.5 of it, at ch:5:6"),
        ("watermark size", "9 by what follows"),
        ("watermark rotate", "330 degrees clockwise"),
        ("watermark shadow", "sigma 2"),
    ]
    assert list(describe(WatermarkOptions(rotate=30))) == []
