import struct
import zlib

import pytest

from imgsvc.codecs.decode import open_image
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.settings import DecodeSettings
from imgsvc.errors import BrokenImageError, UndecodableImageError
from imgsvc.options.formats import Format
from imgsvc.options.geometry import Size
from tests.codecs.files import frame_of, opened
from tests.faults import bombs
from tests.images import (
    encoded,
    noise,
)

BLACK = (0, 0, 0)
PHOTO = noise(64, 64)


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, *chunks: bytes, depth: int = 8, color_type: int = 2) -> bytes:
    """A PNG of raw chunks after its header."""
    header = struct.pack(">IIBBBBB", width, height, depth, color_type, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + b"".join(chunks) + chunk(b"IEND", b"")


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


def test_a_png_whose_text_unpacks_without_bound_is_broken() -> None:
    bomb = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(4 << 20)))
    body = png(1, 1, bomb, chunk(b"IDAT", zlib.compress(bytes(4))))

    with pytest.raises(BrokenImageError):
        opened(body, "png").decode()


def test_the_limit_on_png_text_can_be_lifted() -> None:
    text = chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(4 << 20)))
    body = png(1, 1, text, chunk(b"IDAT", zlib.compress(bytes(4))))

    assert open_image(body, Format.PNG, DecodeSettings(png_unlimited=True)).decode().size == Size(1, 1)


def test_of_a_png_that_ends_early_the_rest_is_black() -> None:
    body = encoded(PHOTO, "png")

    found = frame_of(body[: len(body) // 2], "png")

    assert (found.getpixel((63, 63)), found.crop((0, 0, 64, 1)).getcolors(1)) == (BLACK, None)


@pytest.mark.parametrize("kept", [0, 20, 150])
def test_less_than_a_row_of_a_png_is_nothing(kept: int) -> None:
    body = encoded(PHOTO, "png", compress_level=0)

    with pytest.raises(UndecodableImageError):
        frame_of(body[: body.index(b"IDAT") + 4 + kept], "png")


def test_a_png_whose_pixels_are_packed_otherwise_is_nothing() -> None:
    packer = zlib.compressobj(wbits=-15)
    content = packer.compress(bytes(72)) + packer.flush()
    body = bombs.png(8, 8, data=bytes(72))
    at = body.index(b"IDAT") - 4

    with pytest.raises(UndecodableImageError):
        frame_of(body[:at] + struct.pack(">I4s", len(content), b"IDAT") + content + bytes(4) + body[-12:], "png")


def test_a_text_behind_its_pixels_does_not_spoil_a_png() -> None:
    large = b"zTXt" + b"a\0\0" + zlib.compress(bytes(4 << 20))
    body = bombs.png(8, 8, data=bytes(72))
    late = struct.pack(">I", len(large) - 4) + large + struct.pack(">I", zlib.crc32(large))

    assert frame_of(body[:-12] + late + body[-12:], "png").size == (8, 8)
