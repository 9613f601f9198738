"""A PNG that is shrunk while its rows come, against one that is decoded whole first."""

import struct
import zlib
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import _imaging

from imgsvc.codecs.color.conversion import eight_bit
from imgsvc.codecs.png.header import Png, read
from imgsvc.codecs.png.pixels import image_of
from imgsvc.codecs.png.rows import part_of
from imgsvc.options.geometry import Box, Size
from imgsvc.transforms.planning.resampling import Resampling, resampling
from imgsvc.transforms.scale import resampled
from tests.codecs.png.files import CHANNELS, RED, chunk, png, red

# Depth and type of color.
KINDS = [(depth, kind) for kind, depths in {0: (1, 2, 4, 8, 16), 3: (1, 2, 4, 8)}.items() for depth in depths]
KINDS += [(depth, kind) for kind in (2, 4, 6) for depth in (8, 16)]
FACTORS = st.one_of(st.just(1.0), st.floats(0.01, 1), st.integers(2, 12).map(lambda by: 1 / by))


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
def parts(draw: st.DrawFn, size: Size) -> Box:
    left, top = draw(st.integers(0, size.width - 1)), draw(st.integers(0, size.height - 1))
    right, bottom = draw(st.integers(left + 1, size.width)), draw(st.integers(top + 1, size.height))
    return Box(left, top, right, bottom)


@st.composite
def shrinkings(draw: st.DrawFn, size: Size) -> tuple[Resampling, Box]:
    """Both axes smaller, or one, by any factors; and a part of the result."""
    how = resampling(size, *draw(st.tuples(FACTORS, FACTORS)))
    assume(how.shrinks)
    return how, draw(parts(how.size))


@given(data=st.data(), picture=pictures())
def test_rows_become_the_pixels_that_the_whole_picture_becomes(data: st.DataObject, picture: Png) -> None:
    box = data.draw(parts(picture.size))
    how, kept = data.draw(shrinkings(box.size))

    found = part_of(picture, box, how.shrinking(kept))

    whole = resampled(eight_bit(image_of(picture)).crop(box), how, kept)
    assert (found.mode, found.size, found.tobytes()) == (whole.mode, whole.size, whole.tobytes())


@given(data=st.data(), picture=pictures())
def test_a_part_that_is_not_shrunk_is_the_pixels(data: st.DataObject, picture: Png) -> None:
    box = data.draw(parts(picture.size))

    found = part_of(picture, box, None)

    whole = eight_bit(image_of(picture)).crop(box)
    assert (found.mode, found.tobytes()) == (whole.mode, whole.tobytes())


@pytest.mark.parametrize("side", [7999, 8000, 8001])
def test_a_side_that_blocks_do_not_divide_is_exact_to_its_end(side: int) -> None:
    rows = b"".join(b"\0" + bytes((x * y) & 255 for x in range(side)) for y in range(40))
    picture, how = (
        read(png(side, 40, chunk(b"IDAT", zlib.compress(rows)), color_type=0)),
        resampling(Size(side, 40), 300 / side, 0.5),
    )

    found = part_of(picture, Box(0, 0, side, 40), how.shrinking())

    assert found.tobytes() == resampled(image_of(picture), how).tobytes()


def test_what_is_transparent_weighs_nothing() -> None:
    picture = read(png(2, 1, chunk(b"IDAT", zlib.compress(b"\0" + bytes((*RED, 100, 0, 255, 0, 0)))), color_type=6))

    found = part_of(picture, Box(0, 0, 2, 1), resampling(Size(2, 1), 0.5, 1).shrinking())

    assert found.getpixel((0, 0)) == pytest.approx((*RED, 50), abs=2)


def test_of_what_ends_early_the_rest_is_black_as_in_what_is_decoded_whole() -> None:
    rows = zlib.compress((b"\0" + bytes(RED) * 8) * 8, 0)
    picture, how = read(png(8, 8, chunk(b"IDAT", rows[:100]))), resampling(Size(8, 8), 0.5, 0.5)

    found = part_of(picture, Box(0, 0, 8, 8), how.shrinking())

    assert found.tobytes() == resampled(image_of(picture), how).tobytes()


@pytest.mark.parametrize("filter_", [0, 4])
def test_a_filter_that_there_is_not_is_no_picture(filter_: int) -> None:
    rows = [bytes([filter_]) + bytes(24)] * 7 + [b"\5" + bytes(24)]
    shape, box = (8, 8, 8, 3), (0, 0, 8, 8)

    assert not _imaging.png_rows(_imaging.new("RGB", (8, 8)), [zlib.compress(b"".join(rows))], shape, box, None, None)


def test_below_what_is_shown_nothing_is_read() -> None:
    """COMPAT: libvips' does not either."""
    rows = zlib.compress(bytes(25 * 4), 0)[:-4]
    shape, box = (8, 8, 8, 3), (0, 0, 8, 4)

    assert _imaging.png_rows(_imaging.new("RGB", (8, 4)), [rows], shape, box, None, None)


NOT_OF_IT = [
    ("RGB", (8, 7), (8, 8, 8, 3), (0, 0, 8, 8), None, None),
    ("RGB", (9, 8), (8, 8, 8, 3), (0, 0, 9, 8), None, None),
    ("RGB", (8, 8), (8, 8, 8, 3), (-1, 0, 7, 8), None, None),
    ("RGB", (8, 8), (8, 8, 8, 4), (0, 0, 8, 8), None, None),
    ("RGB", (8, 8), (8, 8, 4, 3), (0, 0, 8, 8), None, None),
    ("L", (8, 8), (8, 8, 4, 1), (0, 0, 8, 8), None, None),
    ("L", (8, 8), (8, 8, 8, 3), (0, 0, 8, 8), None, None),
    ("L", (8, 8), (8, 8, 8, 1), (0, 0, 8, 8), bytes(1023), None),
    ("CMYK", (8, 8), (8, 8, 8, 4), (0, 0, 8, 8), None, None),
    ("RGBA", (8, 8), (8, 8, 16, 3), (0, 0, 8, 8), None, bytes(3)),
    ("L", (8, 8), (8, 8, 8, 1), (0, 0, 8, 8), None, bytes(1)),
    ("I;16", (8, 8), (8, 8, 16, 1), (0, 0, 8, 8), None, None),
    ("RGBa", (8, 8), (8, 8, 8, 4), (0, 0, 8, 8), None, None),
]


@pytest.mark.parametrize(("mode", "size", "shape", "box", "table", "absent"), NOT_OF_IT)
def test_an_image_that_does_not_fit_is_refused_before_a_pixel_is_written(
    mode: str, size: tuple[int, int], shape: Any, box: Any, table: bytes | None, absent: bytes | None
) -> None:
    with pytest.raises(ValueError, match="no such picture"):
        _imaging.png_rows(_imaging.new(mode, size), read(red()).contents, shape, box, table, absent)


@pytest.mark.parametrize(("mode", "width"), [("RGB", 7), ("L", 8), ("RGBa", 8)])
def test_a_shrinker_of_another_picture_is_refused(mode: str, width: int) -> None:
    shrinker = _imaging.shrinker(_imaging.new(mode, (4, 4)), (width, 8), (4, 0.0, 7.0, 0, 4), (4, 0.0, 8.0, 0, 4))

    with pytest.raises(ValueError, match="no such picture"):
        _imaging.png_rows(shrinker, read(red()).contents, (8, 8, 8, 3), (0, 0, 8, 8), None, None)


def test_a_shrinker_takes_one_picture_only() -> None:
    shrinker = _imaging.shrinker(_imaging.new("RGB", (4, 4)), (8, 8), (4, 0.0, 8.0, 0, 4), (4, 0.0, 8.0, 0, 4))
    arguments = (read(red()).contents, (8, 8, 8, 3), (0, 0, 8, 8), None, None)
    _imaging.png_rows(shrinker, *arguments)

    with pytest.raises(ValueError, match="no such picture"):
        _imaging.png_rows(shrinker, *arguments)
