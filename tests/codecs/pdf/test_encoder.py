import re
from dataclasses import replace

import pytest
from PIL import ImageChops

from imgsvc.codecs.native.saving import EncodeOptions
from imgsvc.codecs.pdf.encoder import write_pdf
from imgsvc.codecs.picture import Metadata, Picture
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.processing import ProcessingOptions
from imgsvc.options.saving import JpegOptions
from tests.codecs.files import decoded, written
from tests.codecs.pdf.files import shown
from tests.images import fading, gradient, gray_profile, noise, quadrants, solid, swapped_profile

USUAL = EncodeOptions(90, EncodeSettings(), lambda: None)


def boxes(body: bytes) -> list[str]:
    return [found.decode() for found in re.findall(rb"/MediaBox \[0 0 ([^\]]+)\]", body)]


def test_a_picture_is_a_page_that_is_read_again() -> None:
    image = quadrants(120, 80)

    result = written(image, Format.PDF, ProcessingOptions(quality=95))

    again = decoded(result).frames[0]
    worst = max(high for _, high in ImageChops.difference(image, again).crop((0, 0, 50, 30)).getextrema())
    assert (again.size, worst < 4) == ((120, 80), True)


@pytest.mark.parametrize(("mode", "bands"), [("L", "L"), ("RGB", "RGB"), ("LA", "LA"), ("RGBA", "RGBA")])
def test_a_picture_keeps_its_kind(mode: str, bands: str) -> None:
    image = fading(64, 32).convert(mode)

    assert "".join(shown(write_pdf(Picture((image,)), USUAL)).getbands()) == bands


def test_transparency_is_not_compressed_with_loss() -> None:
    image = fading(64, 32)

    again = shown(write_pdf(Picture((image,)), USUAL))

    assert again.getchannel("A").tobytes() == image.getchannel("A").tobytes()


def test_an_opaque_picture_has_no_mask() -> None:
    image = solid(16, 16, (255, 0, 0, 255), "RGBA")

    assert b"/SMask" not in write_pdf(Picture((image,)), USUAL)


@pytest.mark.parametrize(("dpi", "box"), [(72, "120 80"), (300, "28.8 19.2"), (144, "60 40")])
def test_a_page_is_as_large_as_its_dots_an_inch_say(dpi: float, box: str) -> None:
    picture = Picture((quadrants(120, 80),), metadata=Metadata(dpi=dpi))

    assert boxes(write_pdf(picture, USUAL)) == [box]


def test_a_page_over_two_hundred_inches_has_larger_units() -> None:
    body = write_pdf(Picture((solid(28_800, 72),)), USUAL)

    assert boxes(body) == ["14400 36"]
    assert b"/UserUnit 2 " in body


@pytest.mark.parametrize(
    ("picture", "channels"),
    [
        (Picture((quadrants(),), profile=swapped_profile()), 3),
        (Picture((gradient(64, 8).convert("L"),), profile=gray_profile()), 1),
    ],
)
def test_a_profile_says_what_the_colors_mean(picture: Picture, channels: int) -> None:
    body = write_pdf(picture, USUAL)

    assert b"/ColorSpace [/ICCBased 6 0 R]" in body
    assert b"/N %d " % channels in body


def test_a_profile_behind_a_mask_is_another_object() -> None:
    body = write_pdf(Picture((fading(64, 32),), profile=swapped_profile()), USUAL)

    assert b"/ICCBased 7 0 R" in body
    assert b"/SMask 6 0 R" in body


def test_of_an_animation_the_first_frame_is_the_page() -> None:
    picture = Picture((solid(8, 8), solid(8, 8)), delays_ms=(10, 10))

    assert b"/Count 1" in write_pdf(picture, USUAL)


def test_every_object_is_where_the_table_says() -> None:
    body = write_pdf(Picture((fading(64, 32),), profile=swapped_profile()), USUAL)

    at = int(re.findall(rb"startxref\n(\d+)", body)[0])
    places = [int(each) for each in re.findall(rb"(\d{10}) 00000 n ", body[at:])]
    assert [body[place:].split(b" ", 1)[0] for place in places] == [b"%d" % number for number in range(1, 8)]


def test_the_page_is_written_as_the_options_of_jpeg_say() -> None:
    options = ProcessingOptions(jpeg_options=JpegOptions(progressive=True))

    body = written(noise(64, 64), Format.PDF, options).body

    assert shown(body).info.get("progressive")


def test_fewer_bytes_are_less_quality() -> None:
    large = written(noise(200, 200), Format.PDF).body

    small = written(noise(200, 200), Format.PDF, replace(ProcessingOptions(), max_bytes=len(large) // 2)).body

    assert len(small) <= len(large) // 2
