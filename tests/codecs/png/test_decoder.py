import struct
import zlib

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.files import opened
from tests.codecs.png.files import chunk, png
from tests.images import encoded, noise


@pytest.mark.parametrize("colors", [2, 4, 16, 256])
def test_the_palette_of_a_png_is_told_in_bits(colors: int) -> None:
    body = encoded(noise(32, 32).quantize(colors), "png", bits=colors.bit_length() - 1)

    assert opened(body, "png").header.palette_bits == colors.bit_length() - 1


def test_sixteen_bit_gray_with_alpha_stays_gray() -> None:
    pixel = struct.pack(">HH", 0x8000, 0x4000)
    body = png(1, 1, chunk(b"IDAT", zlib.compress(b"\0" + pixel)), depth=16, color_type=4)

    frame = opened(body, "png").decode().frames[0]

    assert (frame.mode, frame.getpixel((0, 0))) == ("LA", (0x80, 0x40))


def test_the_transparent_color_of_a_sixteen_bit_png_is_found() -> None:
    row = b"\0" + struct.pack(">6H", 0x1200, 0x3400, 0x5600, 0, 0, 0)
    color = chunk(b"tRNS", struct.pack(">3H", 0x1200, 0x3400, 0x5600))
    body = png(2, 1, color, chunk(b"IDAT", zlib.compress(row)), depth=16)

    frame = opened(body, "png").decode().frames[0].convert("RGBA")

    assert [frame.getpixel((x, 0)) for x in (0, 1)] == [(0x12, 0x34, 0x56, 0), (0, 0, 0, 255)]


def test_a_huge_png_is_opened_without_its_pixels() -> None:
    body = png(50_000, 50_000, chunk(b"IDAT", zlib.compress(bytes(100))))

    assert open_image(body, Format.PNG, DecodeSettings(), Extent(1 << 62)).header.size == Size(50_000, 50_000)
