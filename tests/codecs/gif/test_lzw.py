"""The patch's LZW, against Pillow's."""

import random

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, _imaging

from imgsvc.codecs.gif.header import Frame, layout
from imgsvc.codecs.gif.lzw import rows_of
from imgsvc.codecs.headers.extent import Extent
from imgsvc.codecs.native.unpacking import Ending, unpack
from tests.codecs.gif.recipes import TRAILER, blocks, descriptor, head, image

SIDES = st.tuples(st.integers(1, 70), st.integers(1, 40))


def gif_of(pixels: bytes, size: tuple[int, int], bits: int, *, interlaced: bool = False) -> bytes:
    return head(*size) + image((0, 0, *size), pixels, bits=bits, interlaced=interlaced) + TRAILER


def first(body: bytes) -> Frame:
    return layout(body, Extent(), 1).frames[0]


def by_pillow(frame: Frame, codes: bytes) -> tuple[Ending, bytes]:
    indices = Image.new("L", frame.box.size)
    ending = unpack(indices, codes, "gif", frame.code_bits, False, -1)
    return ending, indices.tobytes()


@given(sides=SIDES, bits=st.integers(2, 8), run=st.integers(1, 90), dice=st.randoms())
def test_the_indices_are_those_that_were_packed(
    sides: tuple[int, int], bits: int, run: int, dice: random.Random
) -> None:
    width, height = sides
    colors = [dice.randrange(1 << bits) for _ in range(width * height // run + 1)]
    pixels = bytes(colors[at // run] for at in range(width * height))

    rows = rows_of(first(body := gif_of(pixels, sides, bits)), body)

    assert rows is not None
    assert b"".join(rows) == rows.image().tobytes() == pixels


@given(sides=SIDES)
def test_interlaced_rows_come_from_the_top(sides: tuple[int, int]) -> None:
    pixels = bytes(at % 251 for at in range(sides[0] * sides[1]))

    rows = rows_of(first(body := gif_of(pixels, sides, 8, interlaced=True)), body)

    assert rows is not None
    assert b"".join(rows) == rows.image().tobytes() == pixels


@given(places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=4))
def test_what_is_damaged_comes_as_pillow_has_it_or_not_at_all(places: list[tuple[int, int]]) -> None:
    size = (40, 30)
    frame = first(body := gif_of(bytes(at * at % 256 for at in range(1200)), size, 8))
    codes, into = bytearray(frame.codes(body)), bytearray(1200)
    for at, byte in places:
        codes[at % len(codes)] = byte

    is_whole = _imaging.unpack_lzw(into, codes, frame.code_bits)

    assert not is_whole or (Ending.WHOLE, bytes(into)) == by_pillow(frame, bytes(codes))


def test_a_frame_that_ends_early_is_left_to_pillow() -> None:
    body = gif_of(bytes(1200), (40, 30), 2)

    assert rows_of(first(body[:-6]), body[:-6]) is None


def one_by_one(pixels: bytes) -> bytes:
    """A code for each pixel of eight bits, and none to clear a table that is full."""
    value, length, known = 256, 9, 258
    for number, pixel in enumerate(pixels):
        size = min(12, known.bit_length())
        value, length = value | pixel << length, length + size
        known = min(4096, known + bool(number))
    return value.to_bytes(-(-length // 8), "little")


def test_a_table_that_is_full_stays_as_it_is() -> None:
    pixels = bytes(at * at % 256 for at in range(100 * 60))
    body = head(100, 60) + descriptor((0, 0, 100, 60)) + b"\x08" + blocks(one_by_one(pixels)) + TRAILER

    rows = rows_of(frame := first(body), body)

    assert by_pillow(frame, bytes(frame.codes(body))) == (Ending.WHOLE, pixels)
    assert b"".join(rows or ()) == pixels
