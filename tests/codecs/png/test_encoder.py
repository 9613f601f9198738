import zlib

import pytest
from PIL import Image

from imgsvc.codecs.picture import Picture
from imgsvc.codecs.png.adam7 import chunks
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from samples.draw import meadow
from tests.codecs.files import reopened, written
from tests.images import noise, quadrants


@pytest.mark.parametrize("palette_bits", [0, 2])
def test_a_png_is_interlaced_where_the_settings_say_so(palette_bits: int) -> None:
    picture = Picture(frames=(noise(),), palette_bits=palette_bits)

    result = written(picture, Format.PNG, settings=EncodeSettings(png_interlaced=True))

    assert reopened(result).info.get("interlace") == 1
    assert reopened(result).convert("RGB").tobytes() == reopened(written(picture, Format.PNG)).convert("RGB").tobytes()


@pytest.mark.parametrize(("bits", "depth"), [(1, 1), (2, 2), (3, 4), (8, 8)])
def test_a_png_from_a_palette_has_one(bits: int, depth: int) -> None:
    body = written(Picture(frames=(noise(),), palette_bits=bits), Format.PNG).body

    assert (body[25], body[24]) == (3, depth)


@pytest.mark.parametrize(("colors", "depth"), [(2, 1), (4, 2), (16, 4), (17, 8), (256, 8)])
def test_a_png_is_quantized_where_the_settings_say_so(colors: int, depth: int) -> None:
    settings = EncodeSettings(png_quantize=True, png_quantization_colors=colors)

    body = written(noise(), Format.PNG, settings=settings).body

    assert (body[25], body[24]) == (3, depth)


def test_a_palette_has_no_more_entries_than_there_are_colors() -> None:
    body = written(quadrants(), Format.PNG, settings=EncodeSettings(png_quantize=True)).body

    length = body.index(b"PLTE") - 4
    assert int.from_bytes(body[length : length + 4], "big") == 4 * 3


@pytest.mark.parametrize("bits", [1, 2, 4, 8])
def test_rows_of_indices_are_not_filtered(bits: int) -> None:
    body = written(Picture((meadow(90, 60),), palette_bits=bits), Format.PNG).body

    rows = zlib.decompress(b"".join(content for kind, content in chunks(body) if kind == b"IDAT"))

    assert set(rows[:: 1 + -(-90 * bits // 8)]) == {0}


@pytest.mark.parametrize(("colors", "depth"), [(2, 1), (4, 2), (13, 4)])
def test_a_palette_with_alpha_has_no_more_entries_and_bits_than_there_are_colors(colors: int, depth: int) -> None:
    image = Image.new("RGBA", (colors, 1))
    image.putdata([(16 * at, 0, 0, 15 * at) for at in range(colors)])

    found = dict(chunks(written(Picture((image,), palette_bits=4), Format.PNG).body))

    assert (len(found[b"PLTE"]), len(found[b"tRNS"]), found[b"IHDR"][8]) == (3 * colors, colors, depth)


def test_colors_that_are_opaque_have_no_alpha_of_their_own() -> None:
    body = written(Picture((quadrants(mode="RGBA"),), palette_bits=4), Format.PNG).body

    assert b"tRNS" not in dict(chunks(body))
