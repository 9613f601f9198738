import pytest

from imgsvc.codecs.headers.extent import Extent, Survey
from imgsvc.codecs.webp.header import CHUNKS, is_lossless, survey
from imgsvc.errors import UndecodableImageError
from imgsvc.options.geometry import Size
from tests.faults import bombs
from tests.images import animated, encoded, fading, noise


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("image", [noise(41, 23), fading(41, 23)], ids=["opaque", "with alpha"])
def test_the_size_is_that_of_the_picture_or_its_canvas(image, lossless: bool) -> None:
    assert survey(encoded(image, "webp", lossless=lossless), Extent()).size == Size(41, 23)


@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("image", [noise(41, 23), fading(41, 23)], ids=["opaque", "with alpha"])
def test_whether_there_is_loss_is_known_before_a_pixel_is_decoded(image, lossless: bool) -> None:
    assert is_lossless(encoded(image, "webp", lossless=lossless, xmp=b"<x/>")) is lossless


def test_what_has_no_picture_is_not_said_to_be_without_loss() -> None:
    assert not is_lossless(b"RIFF    WEBPVP8X")


def test_frames_are_counted() -> None:
    assert survey(animated(3, "webp"), Extent()) == Survey(Size(16, 12), 3)


def test_chunks_are_bounded() -> None:
    with pytest.raises(UndecodableImageError, match="webp chunks"):
        survey(bombs.webp(8, 8) + b"ALPH\0\0\0\0" * CHUNKS.most, Extent())
