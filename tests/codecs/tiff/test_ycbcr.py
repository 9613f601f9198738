import numpy
import pytest

from imgsvc.codecs.tiff.libtiff import LibTiff
from imgsvc.codecs.tiff.ycbcr import YCbCr, spread, ycbcr_of
from tests.codecs.tiff.files import Layout, blocks_of, tiff_file

# What ITU-R BT.601 makes of them in full range.
COLORS = {(255, 128, 128): (255, 255, 255), (76, 85, 255): (254, 0, 0), (150, 44, 21): (0, 255, 1)}
STUDIO_RANGE = (16.0, 235.0, 128.0, 240.0, 128.0, 240.0)


def pixel(levels: tuple[int, int, int], colors: YCbCr = YCbCr()) -> list[int]:
    found: list[int] = colors.in_rgb(numpy.array([[levels]], numpy.uint8))[0, 0].tolist()
    return found


@pytest.mark.parametrize("levels", COLORS)
def test_colors_are_those_of_the_standard(levels: tuple[int, int, int]) -> None:
    assert pixel(levels) == pytest.approx(COLORS[levels], abs=1)


def test_black_and_white_may_be_those_of_television() -> None:
    studio = YCbCr(black_and_white=STUDIO_RANGE)

    assert (pixel((16, 128, 128), studio), pixel((235, 128, 128), studio)) == ([0, 0, 0], [255, 255, 255])


@pytest.mark.parametrize("subsampling", [(1, 2), (2, 1), (2, 2), (4, 1), (4, 2), (4, 4)])
def test_blocks_become_pixels_again(subsampling: tuple[int, int]) -> None:
    levels = numpy.zeros((5, 7, 3), numpy.uint8)
    levels[..., 0] = numpy.arange(35).reshape(5, 7)
    across, down = subsampling
    packed = numpy.frombuffer(blocks_of(levels, across, down), numpy.uint8)

    found = spread(packed.reshape(-(-5 // down), -(-7 // across), across * down + 2), subsampling)

    assert found[:5, :7].tolist() == levels.tolist()


@pytest.mark.parametrize("tag", [(529, [0.3, 0.0, 0.7]), (529, [0.0] * 3), (532, [9.0, 9.0, 0.0, 1.0, 0.0, 1.0])])
def test_what_makes_no_sense_is_as_usual(tag: tuple[int, list[float]]) -> None:
    body = tiff_file(numpy.zeros((1, 1, 3), numpy.uint8), Layout(photometric=6, tags={tag[0]: ("f", tag[1])}))

    found = ycbcr_of(LibTiff(body))

    assert (*found.coefficients, *found.black_and_white) == pytest.approx(
        (0.299, 0.587, 0.114, *[0, 255, 128, 255, 128, 255])
    )
