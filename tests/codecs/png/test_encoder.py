import zlib

import pytest
from PIL import Image

from imgsvc.codecs.picture import Compressed, Metadata, Picture
from imgsvc.codecs.png.adam7 import chunks
from imgsvc.codecs.settings import EncodeSettings
from imgsvc.options.formats import Format
from samples.draw import meadow
from tests.codecs.files import reopened, written
from tests.images import encoded, noise, quadrants


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


def kept(**changes: object) -> Picture:
    """A frame that came in a PNG, which any other would be known from."""
    frame = quadrants(mode="RGBA")
    return Picture(
        **{"frames": (frame,), "compressed": Compressed(frame, encoded(frame, "png", compress_level=0)), **changes}
    )


def test_a_frame_that_came_as_a_png_is_not_compressed_again() -> None:
    picture = kept(metadata=Metadata(dpi=300))

    made, usual = written(picture, Format.PNG), written(Picture(picture.frames, metadata=Metadata(dpi=300)), Format.PNG)

    assert len(made.body) > 10 * len(usual.body)
    assert reopened(made).tobytes() == reopened(usual).tobytes()
    assert reopened(made).info == reopened(usual).info


@pytest.mark.parametrize(
    ("changes", "settings"),
    [
        pytest.param({"frames": (quadrants(mode="RGBA"),)}, {}, id="another frame"),
        pytest.param({"metadata": Metadata(xmp=b"<x/>")}, {}, id="metadata"),
        pytest.param({"palette_bits": 2}, {}, id="a palette"),
        pytest.param({}, {"png_interlaced": True}, id="interlaced"),
        pytest.param({}, {"png_quantize": True}, id="quantized"),
    ],
)
def test_what_is_more_than_that_frame_is_compressed(changes: dict[str, object], settings: dict[str, bool]) -> None:
    made = written(kept(**changes), Format.PNG, settings=EncodeSettings(**settings))

    assert len(made.body) < len(written(kept(), Format.PNG).body) / 4
