import struct

import numpy
import pytest
from PIL import Image

from imgsvc.codecs.opened import DecodeRequest
from imgsvc.codecs.png.adam7 import chunks
from imgsvc.codecs.png.deep import deepened
from imgsvc.codecs.spaces.space import BT_709, BT_2020, HLG, SRGB, ColorSpace
from tests.codecs.files import opened
from tests.images import encoded

PLANES = [Image.fromarray(numpy.full((3, 5), level, numpy.uint16)) for level in (0x0102, 0x7FFE, 0xFFFD)]
BODY = encoded(PLANES[0], "png", dpi=(300, 300))


def test_planes_are_the_samples_of_a_picture() -> None:
    found = opened(deepened(BODY, PLANES, None), "png").decode(DecodeRequest(deep=True))

    assert [frame.getpixel((4, 2)) for frame in found.frames] == [0x0102, 0x7FFE, 0xFFFD]


def test_what_else_the_file_says_stays() -> None:
    kinds = [kind for kind, _ in chunks(deepened(BODY, PLANES, None))]

    assert kinds == [b"IHDR", b"pHYs", b"IDAT", b"IEND"]


@pytest.mark.parametrize(("peak", "said"), [(1000.0, None), (400.0, struct.pack(">II", 4_000_000, 0))])
def test_light_beyond_the_white_of_a_screen_is_said_with_its_peak(peak: float, said: bytes | None) -> None:
    found = dict(chunks(deepened(BODY, PLANES[:1], ColorSpace(BT_2020, HLG, peak))))

    assert (found[b"cICP"], found.get(b"cLLI")) == (bytes((9, 18, 0, 1)), said)


def test_of_srgb_nothing_is_said() -> None:
    assert b"cICP" not in deepened(BODY, PLANES, ColorSpace(BT_709, SRGB))
