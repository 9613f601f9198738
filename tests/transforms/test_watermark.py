import pytest
from PIL import Image

from imgsvc.errors import ResolutionError
from imgsvc.options.geometry import GravityType, Size
from imgsvc.options.processing import WatermarkOptions
from imgsvc.transforms.watermark import _over, mark_scale, place
from tests.images import BLUE, quadrants, solid

G = GravityType
BLACK = (0, 0, 0)


def marked(
    position: GravityType = G.CENTER, x: float = 0, y: float = 0, scale: float = 0, dpr: float = 1
) -> Image.Image:
    """A black image of 40 x 20 with a blue mark of 4 x 2."""
    options = WatermarkOptions(1, position, x, y, scale)
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

    assert _over(image, solid(mode="RGBA"), 40, 0) is image


def test_a_mark_leaves_its_image_alone() -> None:
    image = quadrants()
    before = image.tobytes()

    place(image, solid(4, 4, mode="RGBA"), WatermarkOptions(1))

    assert image.tobytes() == before
