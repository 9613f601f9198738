"""Light beyond the white of a screen, and all other colors that no profile says, beside Chromium."""

import io
import json

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.color.conversion import to_processing, to_result
from imgsvc.codecs.color.tone import mapped, mapped_samples
from imgsvc.codecs.heif.plugin import READS_HEIC, pillow_heif
from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.picture import Picture
from imgsvc.codecs.spaces.space import BT_2020, PQ, ColorSpace
from imgsvc.errors import RequestTimeoutError
from tests.codecs.color.patches import EDGES, FILES, RECORDED, SIDE, middles
from tests.codecs.files import opened

SEEN = json.loads(RECORDED.read_text("utf-8"))
FORMATS = {"PNG": "png", "AVIF": "avif", "JPEG XL": "jxl"}


@pytest.mark.parametrize("name", FILES)
def test_colors_are_those_that_chromium_shows(name: str) -> None:
    picture = opened(FILES[name], FORMATS[name.partition(",")[0]]).decode(DecodeRequest())

    found = middles(to_result(to_processing(picture), keep_profile=False).frames[0])

    assert found == [pytest.approx(color, abs=6) for color in SEEN[name]]


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith("at the edge")])
def test_what_takes_long_can_be_ended(name: str) -> None:
    def ends() -> None:
        raise RequestTimeoutError("over")

    found = opened(FILES[name], FORMATS[name.partition(",")[0]])

    with pytest.raises(RequestTimeoutError):
        to_processing(found.decode(DecodeRequest(between=ends)), between=ends)


def test_what_is_transparent_stays_so() -> None:
    frame = Image.new("RGBA", (1, 1), (148, 148, 148, 77))

    assert mapped(frame, ColorSpace(BT_2020, PQ)).getpixel((0, 0)) == pytest.approx((188, 188, 188, 77), abs=3)


def test_gray_stays_gray() -> None:
    frame = Image.new("LA", (1, 1), (148, 77))

    assert mapped(frame, ColorSpace(BT_2020, PQ)).getpixel((0, 0)) == pytest.approx((188, 77), abs=3)


def test_what_is_no_brighter_than_paper_keeps_all_of_its_light() -> None:
    frame = Image.new("L", (1, 1), 148)

    assert mapped(frame, ColorSpace(BT_2020, PQ, peak=100.0)).getpixel((0, 0)) == pytest.approx(255, abs=3)


def test_what_is_mapped_is_srgb_from_then_on() -> None:
    picture = Picture((Image.new("RGB", (1, 1)),), color_space=ColorSpace(BT_2020, PQ))

    found = to_processing(picture)

    assert (found.profile, found.color_space) == (None, None)


@pytest.mark.skipif(not READS_HEIC, reason="no pillow-heif")
def test_heic_of_ten_bits_is_shown_as_a_png_of_sixteen() -> None:
    samples = numpy.array(EDGES, numpy.uint16).repeat(SIDE, axis=0)[None].repeat(2 * SIDE, axis=0) * 257 + 100
    body = io.BytesIO()
    image = pillow_heif().from_bytes("RGB;16", samples.shape[1::-1], samples.tobytes())
    numbers = {"color_primaries": 9, "transfer_characteristics": 16, "matrix_coefficients": 9}
    image.save(body, quality=100, chroma=444, save_nclx_profile=True, **numbers)

    found = to_processing(opened(body.getvalue(), "heic").decode(DecodeRequest())).frames[0]

    assert middles(found) == [pytest.approx(color, abs=6) for color in SEEN["PNG, PQ of 16 bits at the edge"]]


def test_samples_of_sixteen_bits_keep_their_alpha() -> None:
    samples = numpy.array([[(148 * 257, 148 * 257, 148 * 257, 77 * 257)]], numpy.uint16)

    found = mapped_samples(samples, ColorSpace(BT_2020, PQ))

    assert found.getpixel((0, 0)) == pytest.approx((188, 188, 188, 77), abs=3)
