import numpy
import pytest
from PIL import Image

from imgsvc.codecs.tiff.layout import layout_of
from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.pixels import image_of
from tests.codecs.tiff.files import Layout, tiff_file

ALPHA = {338: ("H", [2])}
# Of a picture of YCbCr that does not say so four pixels share a color.
ALL_COLOR = {530: ("H", [1, 1])}


def image(pixel: list[int], **fields: object) -> tuple[Image.Image, Image.Image | None]:
    """Two pixels alike."""
    body = tiff_file(numpy.array([[pixel, pixel]], numpy.uint8), Layout(**{"tags": ALL_COLOR, **fields}))  # type: ignore[arg-type]
    tiff = LibTiff(body)
    return image_of(body, tiff, layout_of(tiff))


@pytest.mark.parametrize(
    ("photometric", "pixel", "mode", "shown"),
    [
        (0, [9], "L", 246),
        (1, [9], "L", 9),
        (2, [1, 2, 3], "RGB", (1, 2, 3)),
        (5, [1, 2, 3, 4], "CMYK", (1, 2, 3, 4)),
        (6, [255, 128, 128], "RGB", (255, 255, 255)),
        (8, [1, 2, 255], "LAB", (1, 130, 127)),
        (9, [1, 130, 127], "LAB", (1, 130, 127)),
        (10, [1, 128, 96], "LAB", (1, 128, 128)),
    ],
)
def test_what_samples_mean_makes_the_mode(photometric: int, pixel: list[int], mode: str, shown: object) -> None:
    found, alpha = image(pixel, photometric=photometric)

    assert (found.mode, found.getpixel((1, 0)), alpha) == (mode, shown, None)


@pytest.mark.parametrize(
    ("photometric", "pixel", "shown"),
    [(1, [9, 7], (9, 7)), (2, [1, 2, 3, 7], (1, 2, 3, 7))],
)
def test_alpha_is_a_channel_where_there_is_a_mode_with_one(photometric: int, pixel: list[int], shown: object) -> None:
    found, alpha = image(pixel, photometric=photometric, tags=ALPHA)

    assert (found.getpixel((1, 0)), alpha) == (shown, None)


@pytest.mark.parametrize(("photometric", "pixel", "mode"), [(5, [1, 2, 3, 4, 7], "CMYK"), (8, [1, 2, 3, 7], "LAB")])
def test_alpha_is_an_image_beside_the_other_modes(photometric: int, pixel: list[int], mode: str) -> None:
    found, alpha = image(pixel, photometric=photometric, tags=ALPHA)

    assert (found.mode, alpha and alpha.getpixel((1, 0))) == (mode, 7)


@pytest.mark.parametrize("factor", [1, 257])
def test_a_palette_is_looked_up(factor: int) -> None:
    colors = [level * factor for level in (*range(256), *range(255, -1, -1), *[50] * 256)]

    found, _ = image([9], photometric=3, tags={320: ("H", colors)})

    assert found.getpixel((0, 0)) == (9, 246, 50)


def test_floats_of_lab_are_shares_of_a_hundred() -> None:
    body = tiff_file(numpy.array([[[100, -3, 200]]], numpy.float32), Layout(8, 32))
    tiff = LibTiff(body)

    found, _ = image_of(body, tiff, layout_of(tiff))

    assert found.getpixel((0, 0)) == (255, 125, 255)


def test_what_is_not_there_is_black() -> None:
    body = tiff_file(numpy.full((2, 2, 1), 200, numpy.uint8), Layout(1, rows=1, tags={273: ("I", [8, 99_999])}))
    tiff = LibTiff(body)

    found, _ = image_of(body, tiff, layout_of(tiff))

    assert found.tobytes() == b"\xc8\xc8\0\0"


def test_a_picture_of_nothing_is_an_error() -> None:
    with pytest.raises(OSError, match="nothing of it"):
        image([1], photometric=1, tags={273: ("I", [99_999])})
