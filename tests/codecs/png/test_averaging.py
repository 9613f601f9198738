"""A PNG that is averaged while its rows come, against one that is decoded whole first."""

import struct
import zlib
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, _imaging

from imgsvc.codecs.color.conversion import eight_bit
from imgsvc.codecs.png.averaging import averaged
from imgsvc.codecs.png.header import Png, read
from imgsvc.codecs.png.pixels import image_of
from imgsvc.options.geometry import Box
from tests.codecs.png.files import CHANNELS, RED, chunk, png, red

# Depth and type of color.
KINDS = [(depth, kind) for kind, depths in {0: (1, 2, 4, 8, 16), 3: (1, 2, 4, 8)}.items() for depth in depths]
KINDS += [(depth, kind) for kind in (2, 4, 6) for depth in (8, 16)]
PREMULTIPLIED = {"LA": "La", "RGBA": "RGBa"}


@st.composite
def pictures(draw: st.DrawFn) -> Png:
    """Any bytes behind any filters are pixels; with a color that is not there, or alpha for some of a palette's."""
    depth, kind = draw(st.sampled_from(KINDS))
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    length = -(-width * CHANNELS[kind] * depth // 8)
    filters = draw(st.lists(st.sampled_from((0, 1, 2, 3, 4, 4, 4)), min_size=height, max_size=height))
    pixels = draw(st.binary(min_size=length * height, max_size=length * height))
    rows = b"".join(bytes([each]) + pixels[at * length : (at + 1) * length] for at, each in enumerate(filters))
    packed = zlib.compress(rows)
    cut = draw(st.integers(0, len(packed)))
    chunks = [*_colors(draw, depth, kind), chunk(b"IDAT", packed[:cut]), chunk(b"IDAT", packed[cut:])]
    return read(png(width, height, *chunks, depth=depth, color_type=kind))


def _colors(draw: st.DrawFn, depth: int, kind: int) -> list[bytes]:
    table = [chunk(b"PLTE", draw(st.binary(min_size=6, max_size=6)))] if kind == 3 else []
    length = {0: 1, 2: 3}.get(kind, 0)
    if not draw(st.booleans()) or kind in (4, 6):
        return table
    levels = draw(st.lists(st.integers(0, (1 << depth) - 1), min_size=length, max_size=length))
    return [
        *table,
        chunk(b"tRNS", struct.pack(f">{length}H", *levels) if length else draw(st.binary(min_size=1, max_size=2))),
    ]


@st.composite
def parts(draw: st.DrawFn, picture: Png) -> Box:
    left, top = draw(st.integers(0, picture.size.width - 1)), draw(st.integers(0, picture.size.height - 1))
    right, bottom = draw(st.integers(left + 1, picture.size.width)), draw(st.integers(top + 1, picture.size.height))
    return Box(left, top, right, bottom)


def levels(image: Image.Image) -> Any:
    mode = PREMULTIPLIED.get(image.mode)
    return numpy.asarray(image.convert(mode) if mode else image, int)


def after(picture: Png, box: Box, block: int) -> Any:
    whole = eight_bit(image_of(picture)).crop(box)
    mode = PREMULTIPLIED.get(whole.mode)
    return numpy.asarray((whole.convert(mode) if mode else whole).reduce(block), int)


@given(data=st.data(), picture=pictures(), block=st.integers(2, 9))
def test_a_block_is_the_mean_of_its_pixels_of_whatever_kind(data: st.DataObject, picture: Png, block: int) -> None:
    box = data.draw(parts(picture))

    found = averaged(picture, box, block)

    assert abs(levels(found) - after(picture, box, block)).max() <= 1


@given(data=st.data(), picture=pictures())
def test_blocks_of_one_pixel_are_the_pixels(data: st.DataObject, picture: Png) -> None:
    box = data.draw(parts(picture))

    found = averaged(picture, box, 1)

    whole = eight_bit(image_of(picture)).crop(box)
    assert (found.mode, found.tobytes()) == (whole.mode, whole.tobytes())


def test_the_last_blocks_are_of_what_is_there() -> None:
    picture = read(png(3, 1, chunk(b"IDAT", zlib.compress(b"\0\x10\x20\x90")), color_type=0))

    found = averaged(picture, Box(0, 0, 3, 1), 2)

    assert list(found.tobytes()) == [0x18, 0x90]


def test_what_is_transparent_weighs_nothing() -> None:
    picture = read(png(2, 1, chunk(b"IDAT", zlib.compress(b"\0" + bytes((*RED, 100, 0, 255, 0, 0)))), color_type=6))

    found = averaged(picture, Box(0, 0, 2, 1), 2)

    assert found.getpixel((0, 0)) == (*RED, 50)


def test_of_what_ends_early_the_rest_is_black_as_without_blocks() -> None:
    rows = zlib.compress((b"\0" + bytes(RED) * 8) * 8, 0)
    picture = read(png(8, 8, chunk(b"IDAT", rows[:100])))

    found = averaged(picture, Box(0, 0, 8, 8), 2)

    assert (found.getpixel((0, 0)), found.getpixel((3, 3))) == (RED, (0, 0, 0))


@pytest.mark.parametrize("filter_", [0, 4])
def test_a_filter_that_there_is_not_is_no_picture_even_below_what_is_shown(filter_: int) -> None:
    rows = [bytes([filter_]) + bytes(24)] * 7 + [b"\5" + bytes(24)]
    shape, box = (8, 8, 8, 3), (0, 0, 8, 4)

    assert not _imaging.png_shrink(
        _imaging.new("RGB", (4, 2)), [zlib.compress(b"".join(rows))], shape, box, 2, None, None
    )


@pytest.mark.parametrize(
    ("mode", "size", "shape", "box", "block", "table", "absent"),
    [
        ("RGB", (4, 3), (8, 8, 8, 3), (0, 0, 8, 8), 2, None, None),
        ("RGB", (4, 4), (8, 8, 8, 3), (0, 0, 9, 8), 2, None, None),
        ("RGB", (4, 4), (8, 8, 8, 3), (-1, 0, 7, 8), 2, None, None),
        ("RGB", (1, 1), (8, 8, 8, 3), (0, 0, 8, 8), 129, None, None),
        ("RGB", (4, 4), (8, 8, 8, 4), (0, 0, 8, 8), 2, None, None),
        ("RGB", (4, 4), (8, 8, 4, 3), (0, 0, 8, 8), 2, None, None),
        ("L", (4, 4), (8, 8, 4, 1), (0, 0, 8, 8), 2, None, None),
        ("L", (4, 4), (8, 8, 8, 3), (0, 0, 8, 8), 2, None, None),
        ("L", (4, 4), (8, 8, 8, 1), (0, 0, 8, 8), 2, bytes(1023), None),
        ("CMYK", (4, 4), (8, 8, 8, 4), (0, 0, 8, 8), 2, None, None),
        ("RGBA", (4, 4), (8, 8, 16, 3), (0, 0, 8, 8), 2, None, bytes(3)),
        ("L", (4, 4), (8, 8, 8, 1), (0, 0, 8, 8), 2, None, bytes(1)),
        ("I;16", (4, 4), (8, 8, 16, 1), (0, 0, 8, 8), 2, None, None),
    ],
)
def test_an_image_that_does_not_fit_is_refused_before_a_pixel_is_written(
    mode: str, size: tuple[int, int], shape: Any, box: Any, block: int, table: bytes | None, absent: bytes | None
) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        _imaging.png_shrink(_imaging.new(mode, size), read(red()).contents, shape, box, block, table, absent)
