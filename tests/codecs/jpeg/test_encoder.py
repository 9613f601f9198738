import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image

from imgsvc.codecs.jpeg.encoder import room
from imgsvc.codecs.metadata import metadata_of
from imgsvc.codecs.native.saving import saved
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from tests.codecs.files import decoded, reopened, written
from tests.images import (
    exif,
    noise,
    quadrants,
)


def test_a_jpeg_stands_on_white() -> None:
    image = reopened(written(Image.new("RGBA", (8, 8)), Format.JPEG))

    assert image.getpixel((4, 4)) == (255, 255, 255)


@pytest.mark.parametrize(("quality", "sampling"), [(89, (2, 2)), (90, (1, 1))])
def test_color_keeps_its_resolution_from_quality_90_on(quality: int, sampling: tuple[int, int]) -> None:
    image = Image.open(io.BytesIO(written(noise(), Format.JPEG, ProcessingOptions(quality=quality)).body))

    assert image.layer[0][1:3] == sampling  # type: ignore[attr-defined]


def test_every_ink_keeps_its_resolution_whatever_the_quality() -> None:
    image = Image.open(io.BytesIO(written(noise().convert("CMYK"), Format.JPEG, ProcessingOptions(quality=40)).body))

    assert [layer[1:3] for layer in image.layer] == [(1, 1)] * 4  # type: ignore[attr-defined]


@pytest.mark.parametrize("progressive", [True, False])
def test_a_jpeg_is_progressive_where_the_settings_say_so(progressive: bool) -> None:
    result = written(noise(), Format.JPEG, settings=EncodeSettings(jpeg_progressive=progressive))

    assert bool(reopened(result).info.get("progressive")) is progressive


def test_iptc_is_embedded_in_a_jpeg() -> None:
    metadata = Metadata(iptc=b"\x1c\x02\x50\x00\x03Ada")

    found = metadata_of(reopened(written(Picture(frames=(quadrants(),), metadata=metadata), Format.JPEG)))

    assert found.iptc == metadata.iptc


def test_blocks_too_long_for_a_jpeg_are_left_out() -> None:
    long = Metadata(exif=exif(1, artist="x" * 70_000)[6:], xmp=bytes(70_000), iptc=bytes(70_000))

    result = written(Picture(frames=(quadrants(),), metadata=long), Format.JPEG)

    assert len(result.body) < 10_000


@pytest.mark.parametrize("quality", [90, 95, 100])
@pytest.mark.parametrize("progressive", [True, False])
def test_grain_is_written_at_high_quality(quality: int, progressive: bool) -> None:
    settings_ = EncodeSettings(jpeg_progressive=progressive)

    result = written(noise(600, 600), Format.JPEG, ProcessingOptions(quality=quality), settings_)

    assert decoded(result).size == (600, 600)


@given(
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    mode=st.sampled_from(["L", "RGB"]),
    quality=st.integers(1, 100),
    progressive=st.booleans(),
    subsampling=st.sampled_from([0, 2]),
)
@example(width=400, height=400, mode="RGB", quality=100, progressive=True, subsampling=0)
@example(width=1, height=1, mode="RGB", quality=100, progressive=True, subsampling=2)
def test_no_jpeg_is_larger_than_its_room(
    width: int, height: int, mode: str, quality: int, progressive: bool, subsampling: int
) -> None:
    image = noise(width, height, mode)
    most = room(image)

    wishes = {"quality": quality, "progressive": progressive, "subsampling": subsampling}
    body = saved(image, "JPEG", room=most, optimize=True, **wishes)

    assert len(body) < most


def test_black_and_white_dots_fit_into_their_room_too() -> None:
    image = noise(300, 300).point(lambda level: 255 * (level > 127))

    body = saved(image, "JPEG", room=room(image), quality=100, subsampling=0, progressive=True, optimize=True)

    assert len(body) > 3 * 300 * 300


def test_a_block_of_metadata_has_its_room() -> None:
    assert room(quadrants(), bytes(1000)) == room(quadrants()) + 1000
