import numpy
import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.directories import orientation
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.jxl.layout import LAYERS, layout
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import ResolutionError, UndecodableImageError
from imgsvc.options.formats import Format
from tests.codecs.jxl.files import Kind, Layer, animation, around_jpeg, file, still
from tests.images import FRAME_COLORS, exif, fading, noise, quadrants, solid

EXIF = exif(6).removeprefix(b"Exif\0\0")
DOT = Layer(numpy.zeros((1, 1, 3), "uint8"), at=(0, 0))


def test_a_layer_may_not_be_larger_than_a_picture() -> None:
    """It takes the memory of its own size, however small the picture is that it is drawn into."""
    body = file([Layer(numpy.asarray(solid(8, 8))), Layer(numpy.asarray(solid(900, 900)), at=(0, 0))])

    with pytest.raises(ResolutionError, match="layer"):
        open_image(body, Format.JXL, DecodeSettings(), Extent(800 * 800))


def test_layers_are_bounded() -> None:
    body = file([Layer(numpy.asarray(solid(2, 2))), *[DOT] * (LAYERS.most + 1)])

    with pytest.raises(UndecodableImageError, match="jxl layers"):
        open_image(body, Format.JXL, DecodeSettings())


def test_frames_are_counted_without_their_layers() -> None:
    frames = [Layer(numpy.asarray(solid(8, 8, color)), ticks=100) for color in FRAME_COLORS[:3]]
    body = file([frames[0], DOT, frames[1], DOT, DOT, frames[2]], Kind(ticks=1000))

    assert len(layout(body, Extent()).delays_ms) == 3


@pytest.mark.parametrize(("ticks", "delay"), [(0, 100), (1, 100), (10, 100), (11, 11), (70_000, 70_000)])
def test_a_delay_that_is_too_short_to_be_meant_is_a_tenth_of_a_second(ticks: int, delay: int) -> None:
    body = animation([solid(8, 8, color) for color in FRAME_COLORS[:2]], [500, ticks])

    assert layout(body, Extent()).delays_ms == (500, delay)


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_alpha_and_gray_are_known_before_the_pixels(mode: str) -> None:
    found = layout(still(fading(8, 8).convert(mode)), Extent())

    assert (found.is_gray, found.has_alpha) == (mode.startswith("L"), mode.endswith("A"))


def test_exif_says_upright_for_the_pixels_are() -> None:
    found = layout(still(quadrants(), Kind(exif=EXIF, xmp=b"<x/>", orientation=6)), Extent())

    assert (orientation(found.metadata.exif), len(found.metadata.exif)) == (1, len(EXIF))
    assert found.metadata.xmp == b"<x/>"


def test_exif_behind_the_pixels_is_found() -> None:
    """Where cjxl leaves it that keeps a JPEG inside."""
    found = layout(around_jpeg(quadrants(), exif=exif(6, artist="Ada")), Extent())

    assert b"Ada" in found.metadata.exif


def test_metadata_that_is_none_any_more_is_passed_over() -> None:
    found = layout(still(quadrants(), Kind(exif=EXIF, xmp=b" " * (1 << 21))), Extent())

    assert (found.metadata.xmp, len(found.metadata.exif)) == (b"", len(EXIF))


def test_what_ends_before_its_first_frame_is_an_error() -> None:
    body = still(noise(64, 64))[:9]

    with pytest.raises(OSError, match="before its first frame"):
        layout(body, Extent())
