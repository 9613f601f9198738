"""With the package, which is an extra: a development environment has it."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from imgsvc.codecs.jpeg.jpegli import HAS_JPEGLI, build, compressed, takes
from imgsvc.codecs.metadata import metadata_of
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import EncodeSettings, JpegEncoder
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import decoded, reopened, written
from tests.images import exif, gradient, noise, quadrants, swapped_profile

PROFILE = swapped_profile()
pytestmark = pytest.mark.skipif(not HAS_JPEGLI, reason="ajpegli is not installed: pip install imgsvc[jpegli]")
JPEGLI, TURBO = (EncodeSettings(jpeg_encoder=each) for each in (JpegEncoder.JPEGLI, JpegEncoder.LIBJPEG_TURBO))


def body(image: Image.Image, settings: EncodeSettings = JPEGLI, quality: int = 80) -> bytes:
    return written(image, Format.JPEG, ProcessingOptions(quality=quality), settings).body


def test_it_says_which_it_is() -> None:
    assert build().startswith("jpegli of ajpegli ")


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("size", [(1, 1), (17, 9), (300, 200)])
def test_every_picture_is_what_it_was(mode: str, size: tuple[int, int]) -> None:
    image = gradient(*size).convert(mode)

    found = reopened(written(image, Format.JPEG, ProcessingOptions(quality=95), JPEGLI))

    assert (found.mode, found.size) == (mode, size)
    corner = size[0] - 1, size[1] - 1
    assert found.convert("L").getpixel(corner) == pytest.approx(image.convert("L").getpixel(corner), abs=4)


def test_all_of_the_color_keeps_its_resolution() -> None:
    image = Image.open(io.BytesIO(body(noise())))

    assert image.layer[0][1:3] == (1, 1)  # type: ignore[attr-defined]


@pytest.mark.parametrize("progressive", [True, False])
def test_it_is_progressive_where_the_settings_say_so(progressive: bool) -> None:
    found = compressed(noise(), 80, is_progressive=progressive)

    assert bool(Image.open(io.BytesIO(found)).info.get("progressive")) is progressive


def test_more_quality_has_more_bytes() -> None:
    sizes = [len(body(noise(), quality=quality)) for quality in (1, 40, 80, 100)]

    assert sizes == sorted(sizes)


@pytest.mark.parametrize("progressive", [True, False])
def test_the_most_grain_is_written_at_the_highest_quality(progressive: bool) -> None:
    result = written(
        noise(600, 600), Format.JPEG, ProcessingOptions(quality=100), replace(JPEGLI, jpeg_progressive=progressive)
    )

    assert decoded(result).size == (600, 600)


def test_ink_is_left_to_the_other() -> None:
    image = noise().convert("CMYK")

    assert not takes(image)
    assert body(image) == body(image, TURBO)


def test_a_table_is_left_to_the_other() -> None:
    assert body(noise(), replace(JPEGLI, jpeg_quant_table=5)) == body(noise(), replace(TURBO, jpeg_quant_table=5))


def test_what_is_told_of_a_picture_is_told_by_both() -> None:
    metadata = Metadata(exif=exif(1, artist="Ada")[6:], xmp=b"<x/>", iptc=b"\x1c\x02\x50\x00\x03Ada", dpi=150)
    picture = Picture(frames=(quadrants(),), metadata=metadata, profile=PROFILE)

    found = [reopened(written(picture, Format.JPEG, settings=settings)) for settings in (JPEGLI, TURBO)]

    assert metadata_of(found[0]) == metadata_of(found[1])
    assert [each.info["icc_profile"] for each in found] == [PROFILE] * 2
    assert [each.info["dpi"] for each in found] == [(150, 150)] * 2
